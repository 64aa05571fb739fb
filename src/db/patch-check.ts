/**
 * Makes sure that `patches/postgres+3.4.9.patch` is in the driver that was loaded. Without it a backend that dies inside a
 * transaction ends the process, out of reach of any try/catch (porsager/postgres#1066, #1154, #1208), or leaves a connection
 * hanging; and a statement of a transaction that was lost may run in the next one on that connection, under another scope.
 */
import { readFileSync } from 'node:fs';

export const driverPatch = new URL('../../patches/postgres+3.4.9.patch', import.meta.url);

/** Throws when the driver next to `entry` (its entry file) lacks a part of the patch: an install that skipped its scripts. */
export function requirePatchedDriver(entry: string = import.meta.resolve('postgres')): void {
  const patch = readFileSync(driverPatch, 'utf8');
  for (const { file, after } of patchedParts(patch)) {
    if (!file.startsWith('src/')) continue;
    if (!readFileSync(new URL(`../${file}`, entry), 'utf8').includes(after)) {
      throw new Error(
        'package postgres lacks our patch, without which a lost database connection ends the hub: run "npx patch-package", or "npm ci" without --ignore-scripts',
      );
    }
  }
}

/** What each hunk of a patch replaces by what, in which file of the package. */
export function patchedParts(patch: string): { file: string; before: string; after: string }[] {
  const parts: { file: string; before: string; after: string }[] = [];
  for (const section of patch.split(/^diff --git .*\n/m).slice(1)) {
    const file = /^\+\+\+ b\/node_modules\/postgres\/(.*)$/m.exec(section)?.[1] ?? '';
    for (const hunk of section.split(/^@@ .*\n/m).slice(1)) {
      const lines = hunk.split('\n').filter((line) => line !== '');
      const text = (signs: string) =>
        lines
          .filter((line) => signs.includes(line.charAt(0)))
          .map((line) => `${line.slice(1)}\n`)
          .join('');
      parts.push({ file, before: text(' -'), after: text(' +') });
    }
  }
  return parts;
}
