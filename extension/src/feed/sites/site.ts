// What is known of one site, as data: its file says nothing that needs to run but how addresses are rewritten.

export interface Site {
  readonly name: string;
  /** Of its pages; each with the subdomains. */
  readonly hosts: readonly string[];
  /** For software that runs on any host: present in its pages. */
  readonly mark?: string;
  /** Selectors of content pictures. */
  readonly content: string;
  /** Selectors of pictures that are none: people, covers, adverts' logos, recommendations. */
  readonly not: string;
  readonly variants?: readonly Variant[];
  readonly label?: Label;
  /** Picture servers that answer only those who come from a page of the site. */
  readonly closed?: { readonly servers: readonly string[]; readonly from: string };
}

/** How an address of its picture servers becomes the best variant of the same picture. */
export interface Variant {
  readonly hosts: RegExp;
  /** Null where the address is of another kind, or is the best. It may change the URL it gets. */
  readonly best: (url: URL) => URL | null;
}

/** Where the site's own AI label stands. */
export interface Label {
  /** The element around the picture and its label. */
  readonly post: string;
  /** Elements within it whose text or name may be the label. */
  readonly at: string;
  /** What people write there: "Made with AI" in a caption or a comment is not the site's label. */
  readonly written?: string;
  readonly words: RegExp;
}

/** The words that platforms use, in the languages of this extension; whole labels, not sentences with "AI". */
export const AI_WORDS =
  /^(ai info|ai[- ]generated( content| image)?|ai[- ]modified|ai content|made with ai|generated with ai|created (with|using) ai( tools)?|creator labell?ed as ai-generated|manipulated media|altered or synthetic content|ki-info|ki-generiert|mit ki (erstellt|generiert)|von ki (erstellt|verändert)|información (de|sobre) (la )?ia|generado (con|por) ia|hecho con ia|infos? (sur l[’'])?ia|généré par (l[’'])?ia|créé avec l[’']ia|ai生成(作品)?)[.!]?$/i;

/** The same address with another path. */
export function withPath(url: URL, path: string): URL {
  url.pathname = path;
  return url;
}
