// The ids of exceptions.md's table.
import { readFileSync } from 'node:fs';

export const exceptions = new Set(readFileSync(new URL('exceptions.md', import.meta.url), 'utf8')
  .split('\n').map((line) => /^\| `([^`]+)` \|/.exec(line)?.[1]).filter(Boolean));
