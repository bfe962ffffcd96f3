// For unit tests: the English words, as the browser would fill them in.
import english from "../../public/_locales/en/messages.json";
import type { Say } from "../words";

type Message = { message: string; placeholders?: Record<string, { content: string }> };

export const say: Say = (key, ...values) => {
  const { message, placeholders = {} }: Message = english[key];
  return message.replace(/\$(\w+)\$/g, (_, name: string) => {
    const position = placeholders[name.toLowerCase()]?.content.slice(1);
    return String(values[Number(position) - 1] ?? "");
  });
};
