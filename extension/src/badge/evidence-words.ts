// What one rung of the ladder found, as lines in the reader's language. Where the service says more than is
// known here, its own sentence stands, which is English.
import { asCredentialsDetails, asMetadataDetails, asPlatformLabelDetails } from "../contract/guards";
import type { CredentialsDetails, Evidence, MetadataDetails } from "../contract/types";
import type { Key, Say } from "../words";

/** `language` is set where it is not the reader's own. */
export type Line = { readonly text: string; readonly language?: string };

const SENTENCES: Readonly<Record<string, Key>> = {
  fake: "modelFake",
  real: "modelReal",
  unsure: "modelUnsure",
};

/** The state of the picture in which the model judged. */
const REGIMES: Readonly<Record<string, Key>> = {
  clean: "regimeClean",
  web: "regimeWeb",
  hard: "regimeHard",
  thumbnail: "regimeThumbnail",
};

export function linesOf(evidence: Evidence, say: Say): Line[] {
  return known(evidence, say) ?? [{ text: evidence.summary, language: "en" }];
}

function known({ kind, says, details = {} }: Evidence, say: Say): Line[] | null {
  if (says === "failed") return null;
  switch (kind) {
    case "content_credentials": {
      const found = asCredentialsDetails(details);
      return found && credentialLines(found, says, say);
    }
    case "platform_label": {
      const found = asPlatformLabelDetails(details);
      return found && [{ text: say("labelWords", found.label) }];
    }
    case "metadata": {
      const found = asMetadataDetails(details);
      return found && metadataLines(found, say);
    }
    case "model": {
      const sentence = SENTENCES[says];
      const regime = REGIMES[String(details["regime"])];
      return sentence && regime ? [{ text: say(sentence) }, { text: say(regime) }] : null;
    }
  }
}

function credentialLines(found: CredentialsDetails, says: Evidence["says"], say: Say): Line[] {
  if (found.status === "invalid") return [{ text: say("credentialsInvalid") }];
  if (found.status === "elsewhere") return [{ text: say("credentialsElsewhere") }];
  const signer = found.signer ?? say("credentialsNobody");
  const trusted = found.status === "trusted";
  const lines: Line[] = [
    { text: say(statementOf(found, says)) },
    { text: say(trusted ? "credentialsTrusted" : "credentialsUnknownSigner", signer) },
  ];
  if (found.generator) lines.push({ text: say("factGenerator", found.generator) });
  if (found.signed_at) lines.push({ text: say("factDated", found.signed_at.slice(0, 10)) });
  // The service tells the actions in English.
  if (found.actions?.length)
    lines.push({ text: say("factActions", found.actions.join(", ")), language: "en" });
  return lines;
}

function statementOf({ origin, status }: CredentialsDetails, says: Evidence["says"]): Key {
  if (origin === "ai") return "credentialsAi";
  if (origin === "ai_edited") return "credentialsAiEdited";
  if (origin !== "camera") return "credentialsOther";
  return status === "trusted" && says !== "real" ? "credentialsCameraChanged" : "credentialsCamera";
}

function metadataLines({ origin, generator, found_in }: MetadataDetails, say: Say): Line[] {
  const sentence =
    origin === "ai" ? "metadataAi" : origin === "ai_edited" ? "metadataAiEdited" : "metadataOther";
  const lines: Line[] = [{ text: say(sentence) }];
  if (generator) lines.push({ text: say("factGenerator", generator) });
  lines.push({ text: say("factFoundIn", found_in.join(", ")) });
  return lines;
}
