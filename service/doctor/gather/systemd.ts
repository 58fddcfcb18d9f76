import type { Unit, Units } from '../facts.js';
import { look } from '../../look.js';

const properties = 'Id,LoadState,ActiveState,UnitFileState,Result,NeedDaemonReload,Listen';

/** How our units are. */
export async function lookAtUnits(environment: NodeJS.ProcessEnv): Promise<Units> {
  const units = ['cloudtolocalllm.socket', 'cloudtolocalllm.service'];
  const [shown, variables] = await Promise.all([
    look(environment, 'systemctl', '--user', 'show', `--property=${properties}`, ...units),
    look(environment, 'systemctl', '--user', 'show-environment'),
  ]);
  if ('problem' in shown) return shown;
  if ('problem' in variables) return variables;
  const none: ReadonlyMap<string, readonly string[]> = new Map();
  const [socket = none, service = none] = shown.text.trim().split('\n\n').map(valuesOf);
  return {
    socket: unitOf(socket),
    service: unitOf(service),
    listens: (socket.get('Listen') ?? []).map((one) => one.replace(/ \(\w+\)$/, '')),
    environment: Object.fromEntries(variables.text.split('\n').flatMap(variable)),
  };
}

/** Whether the system has a unit that runs Ollama. */
export async function hasOllamaUnit(environment: NodeJS.ProcessEnv): Promise<boolean> {
  const shown = await look(environment, 'systemctl', 'show', '--property=LoadState', '--value', 'ollama.service');
  return 'text' in shown && shown.text.trim() === 'loaded';
}

/** Lines of NAME=VALUE, in which a name may come more than once. */
function valuesOf(text: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return values;
}

function unitOf(values: ReadonlyMap<string, readonly string[]>): Unit {
  const one = (name: string): string => values.get(name)?.[0] ?? '';
  return {
    load: one('LoadState'),
    active: one('ActiveState'),
    enabled: one('UnitFileState'),
    result: one('Result'),
    stale: one('NeedDaemonReload') === 'yes',
  };
}

/** A variable as systemctl prints it: where need be between $' and ', as shells quote. */
function variable(line: string): [name: string, value: string][] {
  const [, name, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
  return name === undefined ? [] : [[name, value.replace(/^\$'(.*)'$/, '$1')]];
}
