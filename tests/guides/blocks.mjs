// The code blocks of a guide, in order: what a test runs is the page itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../e2e/support.mjs';

// [{ language, text, line }]; line: of the page, for messages.
export function blocksOf(guide) {
  const found = [];
  let open;
  for (const [index, text] of readFileSync(join(root, 'docs', guide), 'utf8').split('\n').entries()) {
    const fence = /^```(\w*)$/.exec(text);
    if (!fence) open?.lines.push(text);
    else if (open) {
      found.push({ language: open.language, text: `${open.lines.join('\n')}\n`, line: open.line });
      open = undefined;
    } else open = { language: fence[1], lines: [], line: index + 2 };
  }
  if (open) throw new Error(`docs/${guide}:${open.line - 1}: this block has no end`);
  return found;
}
