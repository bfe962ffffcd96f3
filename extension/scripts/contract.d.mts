/** The text of src/contract/types.ts, made from schema.json. */
export function types(): Promise<string>;
