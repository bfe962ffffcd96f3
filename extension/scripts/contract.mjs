// Writes src/contract/types.ts from src/contract/schema.json (which `make contract` writes from the
// service's models). A unit test runs `types()` and compares, so the file cannot be left behind.
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { compile } from "json-schema-to-typescript";

const SCHEMA = new URL("../src/contract/schema.json", import.meta.url);
const TYPES = new URL("../src/contract/types.ts", import.meta.url);
const HEADER = "// Generated from schema.json by `npm run contract`: do not edit.";

/** Only the definitions become types: titles of fields, and defaults beside a $ref, would be types too. */
function withoutFieldTitles(node, isDefinition = false) {
  if (Array.isArray(node)) return node.map((part) => withoutFieldTitles(part));
  if (node === null || typeof node !== "object") return node;
  if ("$ref" in node) return { $ref: node.$ref };
  const kept = Object.entries(node).filter(
    ([key, value]) => isDefinition || key !== "title" || typeof value !== "string",
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      key === "$defs"
        ? Object.fromEntries(
            Object.entries(value).map(([name, part]) => [name, withoutFieldTitles(part, true)]),
          )
        : withoutFieldTitles(value),
    ]),
  );
}

export async function types() {
  const schema = withoutFieldTitles(JSON.parse(await readFile(SCHEMA, "utf8")));
  const written = await compile({ ...schema, title: "Contract" }, "Contract", {
    bannerComment: HEADER,
    unreachableDefinitions: true,
    additionalProperties: false,
    format: true,
    style: { printWidth: 110 },
  });
  return written
    .replace(/export interface Contract \{[^}]*\}\n/, "")
    .replace(/ \*\n \* This interface was referenced by [^\n]*\n \* via the [^\n]*\n/g, "")
    .replace(/\/\*\*\n \* This interface was referenced by [^\n]*\n \* via the [^\n]*\n \*\/\n/g, "");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await writeFile(TYPES, await types());
  console.log("wrote src/contract/types.ts");
}
