// Generated from schema.json by `npm run contract`: do not edit.

/**
 * Probability of fake = sigmoid(logit / temperature + bias), with the values of the regime.
 */
export interface Calibration {
  regime: "clean" | "web" | "hard" | "thumbnail";
  temperature: number;
  bias?: number;
}
/**
 * Content Credentials. `invalid`: the statement does not hold for this file (changed after signing, or
 * a certificate that is no good); `elsewhere`: they lie on a server, which is not asked.
 */
export interface CredentialsDetails {
  status: "trusted" | "unknown_signer" | "invalid" | "elsewhere";
  /**
   * The organisation in the certificate.
   */
  signer?: string | null;
  /**
   * ISO 8601, where a time stamp was signed.
   */
  signed_at?: string | null;
  /**
   * The program or camera that made the picture.
   */
  generator?: string | null;
  origin?: ("ai" | "ai_edited" | "camera" | "other") | null;
  /**
   * The term of IPTC's digital source types.
   */
  source_type?: string | null;
  /**
   * What was done, in plain English, oldest first.
   */
  actions?: string[];
  /**
   * C2PA's codes of what does not hold.
   */
  problems?: string[];
  /**
   * Day of the installed trust list, if any: its own, or of its installation.
   */
  trust_list?: string | null;
  /**
   * Which of the two it is.
   */
  trust_list_day?: ("issued" | "installed") | null;
}
/**
 * What one rung of the ladder found. `failed` says that the rung could not be read: no verdict.
 */
export interface Evidence {
  kind: "content_credentials" | "platform_label" | "metadata" | "model";
  says: "fake" | "real" | "unsure" | "failed";
  strength: "proof" | "strong" | "moderate" | "weak";
  /**
   * One plain sentence in English for people.
   */
  summary: string;
  /**
   * Facts of this rung: contract/details.py.
   */
  details?: {
    [k: string]: unknown;
  };
}
/**
 * Another place where `fake` may begin, for readers who fear one error more than the other.
 */
export interface FakeThreshold {
  /**
   * Calibrated probability of fake.
   */
  fake: number;
  /**
   * Share of reals called fake from there on.
   */
  false_alarm_rate: number;
  worst_source_false_alarm_rate?: number | null;
  /**
   * Share of fakes called fake.
   */
  recall: number;
}
/**
 * `of` names the model that they hold for: it changes with its weights, views and calibration.
 */
export interface Golden {
  of: string;
  /**
   * @minItems 1
   */
  pictures: [GoldenPicture, ...GoldenPicture[]];
}
/**
 * One file beside golden.json and what must be found in it.
 */
export interface GoldenPicture {
  /**
   * Relative to golden.json.
   */
  path: string;
  /**
   * Of its pixels, uint8 RGB; None where decoders may differ.
   */
  pixels: string | null;
  regime: "clean" | "web" | "hard" | "thumbnail";
  /**
   * By the TF.js model under node, on the service's views.
   */
  probability: number;
  /**
   * By the file that the service runs: int8 differs.
   */
  served: number | null;
}
/**
 * `starting` until the model is loaded and warmed; no picture is taken before `ready`.
 */
export interface Health {
  status: "starting" | "ready";
  contract?: 1;
  /**
   * Of the service.
   */
  version: string;
  /**
   * What really runs the model: CUDAExecutionProvider, CPU...
   */
  provider: string | null;
  /**
   * The same in words, as printed at start-up.
   */
  device: string | null;
  model: JudgedModel | null;
  /**
   * Why the model folder that is there now is not served: the model is an older one.
   */
  refused?: string | null;
  /**
   * Pixels; a picture whose shorter side is below gets `too_small`.
   */
  minimum_side: number;
}
/**
 * Which model judged: the sha256 is that of the weight file that ran.
 */
export interface JudgedModel {
  name: string;
  version: string;
  sha256: string;
}
/**
 * A verdict with its evidence, strongest first; `decided_by` names the rung that decided.
 */
export interface Judged {
  contract?: 1;
  verdict: "fake" | "real" | "unsure";
  /**
   * Calibrated probability of fake.
   */
  probability: number;
  decided_by: "content_credentials" | "platform_label" | "metadata" | "model";
  /**
   * @minItems 1
   */
  evidence: [Evidence, ...Evidence[]];
  picture: JudgedPicture;
  model: JudgedModel;
}
/**
 * The picture as it came in, before EXIF orientation is applied to its pixels.
 */
export interface JudgedPicture {
  /**
   * Of the bytes received.
   */
  sha256: string;
  /**
   * Pixels, as shown (after EXIF orientation).
   */
  width: number;
  /**
   * Pixels, as shown (after EXIF orientation).
   */
  height: number;
  /**
   * Container: JPEG, PNG, WEBP, GIF, AVIF or BMP.
   */
  format: string;
}
/**
 * Unsigned metadata: anyone can write or remove it.
 */
export interface MetadataDetails {
  generator?: string | null;
  origin?: ("ai" | "ai_edited" | "camera" | "other") | null;
  /**
   * The term of IPTC's digital source types.
   */
  source_type?: string | null;
  /**
   * Places in the file, e.g. EXIF UserComment.
   *
   * @minItems 1
   */
  found_in: [string, ...string[]];
}
/**
 * One measured figure with its 95% interval, on pictures not trained on.
 */
export interface Metric {
  name: string;
  value: number;
  low?: number | null;
  high?: number | null;
  pictures: number;
  measured_on: string;
  runtime: "keras" | "onnx" | "onnx-fp16" | "onnx-int8" | "tfjs";
}
/**
 * The one input: uint8 [batch, height, width, 3], RGB, 0 to 255. Normalisation is in the graph.
 */
export interface ModelInput {
  name?: string;
  /**
   * Pixels.
   */
  height: number;
  /**
   * Pixels.
   */
  width: number;
  channels?: 3;
  layout?: "NHWC";
  colour_order?: "RGB";
  dtype?: "uint8";
}
/**
 * The whole file.
 */
export interface ModelJson {
  format?: 1;
  name: string;
  version: string;
  licence?: string;
  files: WeightFile[];
  input: ModelInput;
  output?: ModelOutput;
  labels?: {
    [k: string]: number;
  };
  views: ResizedWhole | NativeCrops;
  /**
   * The last one has no condition.
   *
   * @minItems 1
   */
  regimes?: [RegimeRule, ...RegimeRule[]];
  /**
   * One entry per regime in `regimes`.
   *
   * @minItems 1
   */
  calibration: [Calibration, ...Calibration[]];
  thresholds: Thresholds;
  training: TrainingSummary;
  metrics?: Metric[];
}
/**
 * One file of one runtime; TF.js has several (graph first, then its shards).
 */
export interface WeightFile {
  runtime: "keras" | "onnx" | "onnx-fp16" | "onnx-int8" | "tfjs";
  /**
   * Relative to model.json, forward slashes.
   */
  path: string;
  sha256: string;
  bytes: number;
}
/**
 * `logit` [batch, 1]: above 0 leans to fake (label 1). `cells` [batch, h, w]: the same per cell of
 * the last feature map, absent (None) for models without an evidence map.
 */
export interface ModelOutput {
  logit?: string;
  cells?: string | null;
}
/**
 * The whole picture stretched to the input's size (bilinear, antialiased): the `paper` recipe.
 */
export interface ResizedWhole {
  kind?: "resized_whole";
}
/**
 * Square crops of the input's side at the picture's own resolution, and overviews beside them.
 *
 * `first` crops are scored; where the probability lies within `uncertain` [low, high], `more` crops
 * follow. Crops are spread over the picture, most textured first. A side shorter than the crop is
 * continued by mirroring. Crop logits become one by the mean of the `top_share` highest.
 *
 * An overview is the middle of the picture, that share of its sides, resized (means of blocks, then
 * bilinear) to the input: what crops are too small to see. A picture whose share is no larger than the
 * input has none. The mean of their logits makes up `overview_weight` of the picture's logit, the crops
 * the rest.
 */
export interface NativeCrops {
  kind?: "native_crops";
  first: number;
  more?: number;
  /**
   * @minItems 2
   * @maxItems 2
   */
  uncertain?: [unknown, unknown];
  /**
   * 1 is the mean of all crops.
   */
  top_share?: number;
  /**
   * Shares of the sides; 1 is the whole picture.
   *
   * @maxItems 8
   */
  overviews?:
    | []
    | [number]
    | [number, number]
    | [number, number, number]
    | [number, number, number, number]
    | [number, number, number, number, number]
    | [number, number, number, number, number, number]
    | [number, number, number, number, number, number, number]
    | [number, number, number, number, number, number, number, number];
  /**
   * Calibrated probability of fake.
   */
  overview_weight?: number;
}
/**
 * The compression regime of a picture: the first rule that holds. None means no condition.
 */
export interface RegimeRule {
  regime: "clean" | "web" | "hard" | "thumbnail";
  /**
   * Holds up to this many pixels.
   */
  max_long_side?: number | null;
  /**
   * Holds up to this estimated quality; a lossless picture counts as 100.
   */
  max_jpeg_quality?: number | null;
}
/**
 * probability >= fake: `fake`; probability <= real: `real`; between them: `unsure`.
 */
export interface Thresholds {
  /**
   * Calibrated probability of fake.
   */
  fake: number;
  /**
   * Calibrated probability of fake.
   */
  real: number;
  /**
   * The pictures they were chosen on.
   */
  chosen_on: string;
  /**
   * Share of reals called fake there.
   */
  false_alarm_rate: number;
  worst_source_false_alarm_rate?: number | null;
  /**
   * Share of fakes called real there.
   */
  missed_fake_rate: number;
  worst_source_missed_rate?: number | null;
  /**
   * Share of fakes called fake.
   */
  recall?: number | null;
  /**
   * Fewer false alarms; none: not chosen.
   */
  cautious?: FakeThreshold | null;
  /**
   * More fakes found; none: not chosen.
   */
  eager?: FakeThreshold | null;
}
/**
 * What the model learned from, in figures.
 */
export interface TrainingSummary {
  recipe: string;
  backbone: string;
  real_pictures: number;
  fake_pictures: number;
  sources: number;
  epochs: number;
  seed: number;
  notes?: string;
  options?: {
    [k: string]: unknown;
  };
}
/**
 * The token for `Authorization: Bearer`, said this one time.
 */
export interface PairingDone {
  token: string;
}
/**
 * A code was shown where the service runs; it is valid for this long.
 */
export interface PairingOpened {
  id: string;
  seconds: number;
}
/**
 * The platform's own label.
 */
export interface PlatformLabelDetails {
  /**
   * As it is shown.
   */
  label: string;
  /**
   * ISO 639-1 code of the language of the words.
   */
  language: string;
}
/**
 * `reason` is for programs and stays stable; `message` is a sentence that says what to do.
 */
export interface Problem {
  /**
   * RFC 9457: no page of its own per reason.
   */
  type?: string;
  /**
   * The HTTP status code, repeated (RFC 9457).
   */
  status: number;
  reason:
    | "not_a_picture"
    | "unsupported_format"
    | "truncated"
    | "undecodable"
    | "too_many_bytes"
    | "too_many_pixels"
    | "too_small"
    | "empty_body"
    | "forbidden_host"
    | "forbidden_origin"
    | "unauthorised"
    | "wrong_code"
    | "pairing_ended"
    | "pairing_locked"
    | "not_found"
    | "method_not_allowed"
    | "invalid_request"
    | "busy"
    | "not_kept"
    | "timed_out"
    | "not_ready"
    | "internal";
  message: string;
}
