// Lets data from outside become a contract type: `unknown` in, `Judged | Problem | Health | null` out.
// The check walks schema.json itself, so it cannot differ from what the service promises. It knows the
// part of JSON Schema that occurs there and throws on any other keyword, so nothing goes unchecked.
import document from "./schema.json";
import type {
  CredentialsDetails,
  Golden,
  Health,
  Judged,
  MetadataDetails,
  ModelJson,
  PairingDone,
  PairingOpened,
  PlatformLabelDetails,
  Problem,
} from "./types";

type Schema = { readonly [keyword: string]: unknown };

const definitions: Readonly<Record<string, Schema>> = document.$defs;
const NOTES = new Set(["title", "description", "default", "discriminator", "$comment"]);

export const asJudged = (data: unknown): Judged | null => (fits(data, "Judged") ? (data as Judged) : null);
export const asProblem = (data: unknown): Problem | null =>
  fits(data, "Problem") ? (data as Problem) : null;
export const asHealth = (data: unknown): Health | null => (fits(data, "Health") ? (data as Health) : null);
export const asGolden = (data: unknown): Golden | null => (fits(data, "Golden") ? (data as Golden) : null);
export const asModelJson = (data: unknown): ModelJson | null =>
  fits(data, "ModelJson") ? (data as ModelJson) : null;
export const asCredentialsDetails = (data: unknown): CredentialsDetails | null =>
  fits(data, "CredentialsDetails") ? (data as CredentialsDetails) : null;
export const asPlatformLabelDetails = (data: unknown): PlatformLabelDetails | null =>
  fits(data, "PlatformLabelDetails") ? (data as PlatformLabelDetails) : null;
export const asMetadataDetails = (data: unknown): MetadataDetails | null =>
  fits(data, "MetadataDetails") ? (data as MetadataDetails) : null;
export const asPairingOpened = (data: unknown): PairingOpened | null =>
  fits(data, "PairingOpened") ? (data as PairingOpened) : null;
export const asPairingDone = (data: unknown): PairingDone | null =>
  fits(data, "PairingDone") ? (data as PairingDone) : null;

function fits(data: unknown, name: string): boolean {
  const schema = definitions[name];
  if (!schema) throw new Error(`schema.json has no definition "${name}": run "make contract"`);
  return holds(data, schema);
}

/** Whether the data satisfies every keyword of the schema. */
export function holds(data: unknown, schema: Schema): boolean {
  return Object.entries(schema).every(([keyword, value]) => {
    if (NOTES.has(keyword)) return true;
    const check = checks[keyword];
    if (!check) throw new Error(`schema.json uses the keyword "${keyword}", which guards.ts does not know`);
    return check(data, value, schema);
  });
}

type Check = (data: unknown, value: unknown, schema: Schema) => boolean;

const checks: Readonly<Record<string, Check>> = {
  $ref: (data, value) => fits(data, String(value).replace("#/$defs/", "")),
  type: (data, value) => isOfType(data, String(value)),
  const: (data, value) => data === value,
  enum: (data, value) => (value as unknown[]).includes(data),
  anyOf: (data, value) => (value as Schema[]).some((part) => holds(data, part)),
  oneOf: (data, value) => (value as Schema[]).filter((part) => holds(data, part)).length === 1,
  minimum: (data, value) => typeof data !== "number" || data >= (value as number),
  maximum: (data, value) => typeof data !== "number" || data <= (value as number),
  exclusiveMinimum: (data, value) => typeof data !== "number" || data > (value as number),
  pattern: (data, value) => typeof data !== "string" || new RegExp(String(value), "u").test(data),
  minLength: (data, value) => typeof data !== "string" || [...data].length >= (value as number),
  minItems: (data, value) => !Array.isArray(data) || data.length >= (value as number),
  maxItems: (data, value) => !Array.isArray(data) || data.length <= (value as number),
  items: (data, value, schema) => {
    const first = (schema["prefixItems"] as unknown[] | undefined)?.length ?? 0;
    return !Array.isArray(data) || data.slice(first).every((item) => holds(item, value as Schema));
  },
  prefixItems: (data, value) =>
    !Array.isArray(data) || (value as Schema[]).every((part, index) => holds(data[index], part)),
  required: (data, value) =>
    !isRecord(data) || (value as string[]).every((name) => Object.hasOwn(data, name)),
  properties: (data, value) =>
    !isRecord(data) ||
    Object.entries(value as Record<string, Schema>).every(
      ([name, part]) => !Object.hasOwn(data, name) || holds(data[name], part),
    ),
  additionalProperties: (data, value, schema) => {
    if (!isRecord(data) || value === true) return true;
    const known = schema["properties"] as object | undefined;
    const others = Object.keys(data).filter((name) => !known || !Object.hasOwn(known, name));
    return value === false ? others.length === 0 : others.every((name) => holds(data[name], value as Schema));
  },
};

function isOfType(data: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return data === null;
    case "array":
      return Array.isArray(data);
    case "object":
      return isRecord(data);
    case "integer":
      return Number.isInteger(data);
    case "number":
      return Number.isFinite(data);
    default:
      // "string" and "boolean" are what is left.
      return typeof data === type;
  }
}

export function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}
