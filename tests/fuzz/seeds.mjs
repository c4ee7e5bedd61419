// Seeds for the drivers from the vectors beside the repository, where there are any: node seeds.mjs DRIVER FOLDER
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const vectors = path.resolve(import.meta.dirname, '../../../shared/vectors/graphql');
const [driver, folder] = process.argv.slice(2);
const textBytesMax = 4096;

const seeds = {
  fuzz_lexer: [['lexer.jsonl', ({ source }) => source], ['parse.jsonl', ({ source }) => source]],
  fuzz_parser: [['parse.jsonl', ({ source }) => source], ['spec-examples.jsonl', ({ source }) => source]],
  fuzz_validate: [['validate-all-derived.jsonl', ({ query }) => query], ['validation.jsonl', ({ query }) => query]],
  fuzz_sdl: [['schema-validation.jsonl', ({ sdl }) => sdl], ['extend-schema.jsonl', ({ base, extension }) => `${base}\0${extension ?? ''}`], ['build-schema.jsonl', ({ sdl }) => sdl]],
  fuzz_variables: [['scalar-coercion-derived.jsonl', ({ query, variables }) => `${query}\0${JSON.stringify(variables ?? {})}`]],
};

if (seeds[driver] && existsSync(vectors)) {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of seeds[driver]) {
    for (const line of readFileSync(path.join(vectors, file), 'utf8').trim().split('\n')) {
      const seed = text(JSON.parse(line));
      if (typeof seed === 'string' && seed.length < textBytesMax)
        writeFileSync(path.join(folder, createHash('sha256').update(seed).digest('hex').slice(0, 16)), seed);
    }
  }
} else {
  console.error(`no seeds for ${driver}${existsSync(vectors) ? '' : `: no ${vectors}`}`);
}
