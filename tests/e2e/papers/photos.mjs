// Photos that tell where they were taken, and judges of what is left: none of them is the tool that cleans.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import exifr from 'exifr';
import heicDecode from 'heic-decode';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';

const width = 64;
const height = 48;
const pixels = Buffer.alloc(width * height * 4);
for (let y = 0; y < height; y++) {
  for (let x = 0; x < width; x++) pixels.set([x * 4, y * 5, (x * y) % 256, 255], (y * width + x) * 4);
}

const plain = {
  'image/jpeg': () => jpeg.encode({ data: pixels, width, height }, 90).data,
  'image/png': () => { const png = new PNG({ width, height }); pixels.copy(png.data); return PNG.sync.write(png); },
  'image/heic': () => readFileSync(new URL('plain.heic', import.meta.url)),
};
const suffix = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/heic': 'heic' };

// With a place in every layer that the kind has.
export function located(type) {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-photo-'));
  const file = join(folder, `photo.${suffix[type]}`);
  writeFileSync(file, plain[type]());
  execFileSync('exiftool', ['-q', '-overwrite_original', '-GPSLatitude=10.9804', '-GPSLatitudeRef=N', '-GPSLongitude=106.6519', '-GPSLongitudeRef=E',
    '-Make=Canary Phone', '-Orientation#=6', '-XMP:GPSLatitude=10.9804', '-XMP:City=Canary Town', '-IPTC:City=Canary Town', file], { stdio: ['ignore', 'ignore', 'ignore'] });
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return bytes;
}

export const pixelsOf = {
  'image/jpeg': async (bytes) => Buffer.from(jpeg.decode(bytes).data),
  'image/png': async (bytes) => Buffer.from(PNG.sync.read(bytes).data),
  'image/heic': async (bytes) => Buffer.from((await heicDecode({ buffer: bytes })).data),
};

export const placeOf = (bytes) => exifr.gps(bytes).catch(() => undefined);
export const tagsOf = (bytes) => exifr.parse(bytes, { tiff: true, xmp: true, iptc: true, gps: true, translateValues: false }).catch(() => undefined);
