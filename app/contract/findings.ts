/** What stands out in a training, described: nothing here is an inference. */
import * as v from 'valibot';
import { quantities } from '#app/run/configuration.ts';

/**
 * 'over-fitting': the validation loss goes up while training goes on; 'collapse': a spectrum fell to one direction;
 * 'saturation': the gradient has all but vanished; 'dead': nothing comes through, or back, at all.
 */
export const findingKinds = ['over-fitting', 'collapse', 'dead', 'saturation'] as const;

export const findingSchema = v.object({
  kind: v.picklist(findingKinds),
  /** From 0. */
  run: v.number(),
  /** First and last step that it speaks of. */
  steps: v.object({ first: v.number(), last: v.number() }),
  /** null: of the whole network. */
  layer: v.nullable(v.string()),
  quantity: v.nullable(v.picklist(quantities)),
  /** The group that it holds for or that is named in it; null: all samples. */
  group: v.nullable(v.string()),
  /** Title of the chart that shows it. */
  chart: v.string(),
  /** One or two sentences. */
  text: v.string(),
});
export type Finding = v.InferOutput<typeof findingSchema>;
