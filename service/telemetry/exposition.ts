import type { BrokerStatus } from '../routing/broker.js';
import type { Histogram } from './histogram.js';
import type { ConnectionCount, Metrics } from './metrics.js';

/** The media type of the text format (prometheus.io, "Exposition formats"). */
export const contentType = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

/** A value of a metric. `suffix`: what a histogram's parts are called. */
interface Sample {
  readonly labels: Labels;
  readonly value: number;
  readonly suffix?: string;
}

const prefix = 'cloudtolocalllm_';

/**
 * What was counted, and how everything is, as Prometheus reads it.
 *
 * @param only ids of the connections that may be told of; undefined for all
 */
export function exposition(metrics: Metrics, status: BrokerStatus, only: readonly string[] | undefined): string {
  // What nobody answered belongs to no connection, and to nobody who may only use some.
  const told = only === undefined ? ['', ...ids(status)] : ids(status);
  const counted = told.flatMap((id) => {
    const count = metrics.connections.get(id);
    return count === undefined ? [] : [{ id, count }];
  });
  const each = (value: (count: ConnectionCount) => number): Sample[] =>
    counted.filter(({ id }) => id !== '').map(({ id, count }) => ({ labels: { connection: id }, value: value(count) }));
  const histograms = (of: (count: ConnectionCount) => Histogram): Sample[] =>
    counted.filter(({ id }) => id !== '').flatMap(({ id, count }) => histogram({ connection: id }, of(count)));
  const { connections } = status;
  return [
    family('build_info', 'gauge', 'Version of the broker, and of Node.js under it.', [
      { labels: { version: status.version, node: process.versions.node }, value: 1 },
    ]),
    family(
      'requests_total',
      'counter',
      'Requests by who answered (none where nobody did), the dialect they were asked in, and how they ended.',
      counted.flatMap(({ id, count }) =>
        [...count.requests].map(([kind, value]) => {
          const [dialect = '', outcome = ''] = kind.split(' ');
          return { labels: { connection: id, dialect, outcome }, value };
        }),
      ),
    ),
    family(
      'attempts_total',
      'counter',
      'Tries that answers took, of which the last is the connection’s own.',
      each(({ attempts }) => attempts),
    ),
    family(
      'failovers_total',
      'counter',
      'Answers of a connection after another one had failed.',
      each(({ failovers }) => failovers),
    ),
    family(
      'continuations_total',
      'counter',
      'Answers that a connection went on with after another one broke off.',
      each(({ continuations }) => continuations),
    ),
    family(
      'tokens_total',
      'counter',
      'Tokens as servers count them: of what was asked, and of what was answered.',
      counted
        .filter(({ id }) => id !== '')
        .flatMap(({ id, count: { input, output } }) => [
          { labels: { connection: id, direction: 'input' }, value: input },
          { labels: { connection: id, direction: 'output' }, value: output },
        ]),
    ),
    family(
      'first_byte_seconds',
      'histogram',
      'From the request to the first piece of its answer.',
      histograms(({ firstByte }) => firstByte),
    ),
    family(
      'request_duration_seconds',
      'histogram',
      'From the request to the end of its answer, where that came whole.',
      histograms(({ duration }) => duration),
    ),
    family(
      'requests_in_flight',
      'gauge',
      'Requests that are being answered.',
      only === undefined ? [{ labels: {}, value: status.requestsInFlight }] : [],
    ),
    family(
      'connection_up',
      'gauge',
      'Whether a connection answers.',
      connections.map(({ id, kind, place, state }) => ({
        labels: { connection: id, kind, place },
        value: Number(state === 'connected'),
      })),
    ),
    family(
      'connection_breaker',
      'gauge',
      'Whether a connection is left alone after failures: closed (it isn’t), open, halfOpen (the next request tries it).',
      connections.flatMap(({ id, breaker }) =>
        (['closed', 'open', 'halfOpen'] as const).map((state) => ({
          labels: { connection: id, state },
          value: Number(breaker === state),
        })),
      ),
    ),
    family(
      'connection_check_seconds',
      'gauge',
      'How long the last successful check of a connection took.',
      connections
        .filter(({ latency }) => latency > 0)
        .map(({ id, latency }) => ({ labels: { connection: id }, value: latency / 1000 })),
    ),
    ...(only === undefined ? [ofProcess()] : []),
  ].join('');
}

function ids({ connections }: BrokerStatus): string[] {
  return connections.map(({ id }) => id);
}

/** What Prometheus' own clients tell of every process, by the same names. */
function ofProcess(): string {
  const { user, system } = process.cpuUsage();
  const plain = (value: number): Sample[] => [{ labels: {}, value }];
  const started = Date.now() / 1000 - process.uptime();
  return [
    family('process_cpu_seconds_total', 'counter', 'Processor time.', plain((user + system) / 1e6), ''),
    family('process_resident_memory_bytes', 'gauge', 'Memory.', plain(process.memoryUsage.rss()), ''),
    family('process_start_time_seconds', 'gauge', 'When it was started, in seconds since 1970.', plain(started), ''),
  ].join('');
}

function histogram(labels: Labels, { bounds, counts, sum, total }: Histogram): Sample[] {
  let below = 0;
  const buckets = bounds.map((bound, index) => {
    below += counts[index] ?? 0;
    return { labels: { ...labels, le: String(bound) }, value: below, suffix: '_bucket' };
  });
  return [
    ...buckets,
    { labels: { ...labels, le: '+Inf' }, value: total, suffix: '_bucket' },
    { labels, value: sum, suffix: '_sum' },
    { labels, value: total, suffix: '_count' },
  ];
}

/** A metric with all its values; nothing where it has none. */
function family(name: string, type: string, help: string, samples: readonly Sample[], before = prefix): string {
  if (samples.length === 0) return '';
  const full = `${before}${name}`;
  const lines = samples.map(({ labels, value, suffix = '' }) => `${full}${suffix}${labelled(labels)} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function labelled(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
}
