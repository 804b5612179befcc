// Lists the packages of a bundle, by the metafile of esbuild, with their licences: licences.mjs METAFILE OUT
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

const [metafile, out] = process.argv.slice(2);
const { outputs } = JSON.parse(readFileSync(metafile, "utf8"));

/** Folders of the packages that contribute to a bundle. */
const folders = new Set();
for (const { inputs } of Object.values(outputs)) {
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file);
    if (folder !== null && bytesInOutput > 0) folders.add(folder[0]);
  }
}

const packages = [...folders].map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder)
    .sort()
    .find((file) => /^licen[cs]e(\.(md|txt))?$/i.test(file));
  if (file === undefined) throw new Error(`${name} ${version} has no file with its licence`);
  const text = readFileSync(`${folder}/${file}`, "utf8")
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t]+$/gm, "")
    .trim();
  return { title: `${name} ${version} (${license})`, text };
});
packages.sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0));

/** The packages of each licence text: many share one. */
const texts = new Map();
for (const { title, text } of packages) texts.set(text, [...(texts.get(text) ?? []), title]);
const parts = [...texts].map(([text, titles]) => `${titles.join("\n")}\n\n${text}\n`);
const opening = "What of others the explorer of the page holds, with the licences.\n";
writeFileSync(out, [opening, ...parts].join(`\n${"-".repeat(80)}\n\n`));
