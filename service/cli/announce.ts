import type { BrokerStatus } from '../routing/broker.js';
import type { ConnectionStatus } from '../connections/connection.js';

/** What a person who starts the broker by hand reads at once: where it is. */
export function greeting({ version, address }: BrokerStatus): string {
  return `CloudToLocalLLM ${version} answers on ${address}\n`;
}

/** What that person reads as soon as all connections have been checked: what was found, and what to try. */
export function findings(status: BrokerStatus): string {
  const active = status.connections.find(({ id }) => id === status.active);
  return [
    '',
    ...status.connections.filter(({ enabled }) => enabled).map(found),
    '',
    ...advice(status, active),
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}

function found({ name, state, models, lastError }: ConnectionStatus): string {
  if (state !== 'connected') return `  ${name}: ${lastError === '' ? state : lastError}`;
  return `  ${name}: connected, ${models.length} ${models.length === 1 ? 'model' : 'models'}`;
}

function advice(status: BrokerStatus, active: ConnectionStatus | undefined): string[] {
  const model = active?.models[0];
  if (active === undefined) return ['No connection works yet; each is tried again every few seconds.'];
  if (model === undefined)
    return [`${active.name} has no models yet${active.kind === 'ollama' ? '; try: ollama pull llama3.2' : ''}.`];
  return [
    ...(active.kind === 'demo' ? ['No model server was found, so the built-in demo answers until there is one.'] : []),
    'Try it in another terminal:',
    '',
    `  ${curl(status.address, active.kind, model)}`,
    '',
  ];
}

function curl(address: string, kind: string, model: string): string {
  const messages = [{ role: 'user', content: 'Hello!' }];
  const [path, body] =
    kind === 'openai'
      ? ['/v1/chat/completions', { model, stream: true, messages }]
      : ['/api/chat', { model, messages }];
  return `curl -N ${address}${path} -d '${JSON.stringify(body)}'`;
}
