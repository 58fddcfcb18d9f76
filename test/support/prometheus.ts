/** A value as Prometheus reads it. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const word = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const pair = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const line = new RegExp(`^(${word})(?:\\{(${pair}(?:,${pair})*),?\\})? (NaN|[-+]?(?:Inf|[0-9.]+(?:e[-+]?[0-9]+)?))$`);

/**
 * Reads Prometheus' text format as strictly as it is described (prometheus.io, "Exposition formats"): each metric once, with
 * its help and type before its values, no value twice, and histograms whose counts fit together.
 */
export function readExposition(text: string): readonly Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no newline');
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  const seen = new Set<string>();
  let current = '';
  for (const one of text.slice(0, -1).split('\n')) {
    const [, about, name = '', rest = ''] = new RegExp(`^# (HELP|TYPE) (${word}) (.+)$`).exec(one) ?? [];
    if (about === 'HELP') {
      if (types.has(name)) throw new Error(`${name} is there twice`);
      current = name;
    } else if (about === 'TYPE') {
      if (name !== current || !['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(`not a type: ${one}`);
      types.set(name, rest);
    } else {
      const sample = sampleIn(one);
      const key = one.slice(0, one.lastIndexOf(' '));
      if (seen.has(key)) throw new Error(`${key} is there twice`);
      seen.add(key);
      const suffix = types.get(current) === 'histogram' ? '(_bucket|_sum|_count)' : '';
      if (!new RegExp(`^${current}${suffix}$`).test(sample.name)) throw new Error(`not of ${current}: ${one}`);
      samples.push(sample);
    }
  }
  for (const [name, type] of types) {
    if (type === 'counter' && !name.endsWith('_total')) throw new Error(`a counter ends in _total: ${name}`);
    if (type === 'histogram') checkHistogram(name, samples);
  }
  return samples;
}

function sampleIn(text: string): Sample {
  const [, name, labels = '', value] = line.exec(text) ?? [];
  if (name === undefined) throw new Error(`not a line of the format: ${text}`);
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', quoted = '']) => {
    return [label, quoted.replace(/\\(.)/g, (_whole, one: string) => (one === 'n' ? '\n' : one))] as const;
  });
  return { name, labels: Object.fromEntries(pairs), value: Number(value?.replace('Inf', 'Infinity')) };
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const series = (labels: Sample['labels']): string => {
    const { le: _bound, ...others } = labels;
    return JSON.stringify(others);
  };
  for (const count of samples.filter((sample) => sample.name === `${name}_count`)) {
    const buckets = samples.filter(
      (one) => one.name === `${name}_bucket` && series(one.labels) === series(count.labels),
    );
    const bounds = buckets.map(({ labels }) => Number(labels.le?.replace('Inf', 'Infinity')));
    const ascending = (values: readonly number[]): boolean =>
      values.every((value, at) => at === 0 || value >= (values[at - 1] ?? 0));
    if (!ascending(bounds) || !ascending(buckets.map(({ value }) => value))) throw new Error(`${name} doesn’t ascend`);
    if (bounds.at(-1) !== Infinity || buckets.at(-1)?.value !== count.value) throw new Error(`${name} doesn’t add up`);
    if (!samples.some((one) => one.name === `${name}_sum` && series(one.labels) === series(count.labels))) {
      throw new Error(`${name} has no sum`);
    }
  }
}
