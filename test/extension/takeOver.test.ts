import { describe, expect, it } from 'vitest';
import { offered, reportFrom, shortfall } from '../../extension/preferences/takeOver/report.ts';
import { untranslated } from './untranslated.ts';

const report = (outcomes: object[], problems: string[] = []) =>
  reportFrom(JSON.stringify({ folder: '/home/ada/.cloudtolocalllm', outcomes, there: [], tokenless: [], problems }));

describe('what version 3 left', () => {
  it('is offered a line each, what started the old daemon only once', () => {
    const planned = report([
      { kind: 'connection', name: 'Ollama on nas', state: 'planned' },
      { kind: 'token', name: 'CloudToLocalLLM Cloud', state: 'planned' },
      { kind: 'autostart', name: '/home/ada/.config/autostart/tray.desktop', state: 'planned' },
      { kind: 'unit', name: 'cloudtolocalllm-tray.service', state: 'planned' },
    ]);
    expect(offered(planned, untranslated)).toEqual([
      'Connection “Ollama on nas”',
      'Token of “CloudToLocalLLM Cloud”, which goes to the keyring and out of the old file',
      'The old daemon no longer starts with the session',
    ]);
  });

  it('is not offered where there is nothing, or nothing that can be read', () => {
    expect(offered(report([], ['connection_config.json is broken']), untranslated)).toEqual([]);
  });

  it('is taken over whole, or what is missing is named', () => {
    expect(shortfall(report([{ kind: 'connection', name: 'Ollama on nas', state: 'done' }]))).toEqual([]);
    const problem = 'no keyring; it stays in connection_config.json';
    const failed = { kind: 'token', name: 'CloudToLocalLLM Cloud', state: 'failed', problem };
    expect(shortfall(report([failed], ['tunnel_config.json is broken']))).toEqual([
      `CloudToLocalLLM Cloud: ${problem}`,
      'tunnel_config.json is broken',
    ]);
  });

  it.each(['', 'null', '{}', 'cloudtolocalllm: no such command'])('is unknown where a command prints %j', (text) => {
    expect(() => reportFrom(text)).toThrow();
  });
});
