import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { applicationsLike } from '../../extension/preferences/desktop/applications.ts';
import { meaningOf } from '../../extension/preferences/desktop/keys.ts';
import { DEFAULT_PORT, expectedPort, portAmong, portDropIn } from '../../extension/preferences/service/port.ts';
import { reportText, versionsDiffer } from '../../extension/preferences/service/report.ts';
import { serviceModel } from '../../extension/preferences/service/serviceModel.ts';
import { broker } from './broker.ts';
import { untranslated } from './untranslated.ts';

const unit = readFileSync(new URL('../../packaging/systemd/cloudtolocalllm.socket', import.meta.url), 'utf8');
const listens = (text: string): string[] => [...text.matchAll(/^ListenStream=(.*)$/gm)].map(([, at = '']) => at);

describe('a port', () => {
  it.each(['1024', '11435', '65535'])('can be %s', (text) => {
    expect(expectedPort(text, untranslated)).toBe('');
  });

  it.each(['', '80', '1023', '65536', '1e4', ' 8080', '-1', '99999999'])('can’t be “%s”', (text) => {
    expect(expectedPort(text, untranslated)).toBe('A number from 1024 to 65535');
  });

  it('is found among what the unit listens at', () => {
    expect(portAmong(['/run/user/1000/cloudtolocalllm/broker.sock', '127.0.0.1:11500'])).toBe(11500);
    expect(portAmong(['[::1]:11501'])).toBe(11501);
    expect(portAmong([])).toBe(0);
  });

  it('is by default that of the unit', () => {
    expect(portAmong(listens(unit))).toBe(DEFAULT_PORT);
  });

  it('changes nothing else of what the unit listens at', () => {
    // An empty one forgets those of the unit itself.
    expect(listens(portDropIn(11500))).toEqual(['', '127.0.0.1:11500']);
    expect(listens(unit)).toHaveLength(1);
  });
});

describe('a report', () => {
  const versions = { broker: '4.0.0', extension: '4.0.0', shell: '48.7' };

  it('has what the broker says, and what it can’t know', () => {
    expect(reportText(broker(), versions, 'CloudToLocalLLM 4.0.0\n', '')).toBe(
      'Extension: 4.0.0\nGNOME Shell: 48.7\n\nCloudToLocalLLM 4.0.0\n',
    );
  });

  it('tells that the broker doesn’t run', () => {
    const text = reportText(broker({ presence: 'stopped' }), { ...versions, extension: '' }, '', '');
    expect(text).toBe('Extension: of no known version\nGNOME Shell: 48.7\nThe broker isn’t running.\n');
  });

  it('tells why the broker said nothing', () => {
    expect(reportText(broker(), versions, '', 'Timed out')).toContain('The broker runs: Timed out\n');
  });

  it.each([
    ['4.0.0', '4.0.0', false],
    ['4.0.0', '4.1.0', true],
    ['', '4.0.0', false],
    ['4.0.0', '', false],
  ])('%s and %s', (service, extension, differ) => {
    expect(versionsDiffer({ broker: service, extension, shell: '48.7' })).toBe(differ);
  });
});

describe('the broker itself', () => {
  it.each([
    [{}, 'The broker runs', '', 'restart'],
    [{ requestsInFlight: 2 }, 'The broker runs', 'Answers 2 requests now', 'restart'],
    [{ presence: 'stopped' }, 'The broker isn’t running', '', 'start'],
    [{ presence: 'silent' }, 'The broker doesn’t answer', '', 'restart'],
    [{ presence: 'absent' }, 'The broker isn’t installed', 'The package “cloudtolocalllm” brings it', ''],
    [
      { presence: 'stopped', failure: { action: 'start', reason: 'x' } },
      'The broker isn’t running',
      'It didn’t start: x',
      'start',
    ],
  ] as const)('is told: %j', (values, title, subtitle, action) => {
    expect(serviceModel(broker(values), untranslated)).toEqual({ title, subtitle, action, busy: false });
  });
});

describe('keys that are struck for a shortcut', () => {
  const nothing = { control: false, alt: false, super: false };
  it.each([
    ['Super_L', { super: true }, 'wait'],
    ['Shift_R', {}, 'wait'],
    ['Caps_Lock', {}, 'wait'],
    ['Escape', {}, 'cancel'],
    ['Escape', { super: true }, 'take'],
    ['BackSpace', {}, 'clear'],
    ['a', {}, 'refuse'],
    ['Tab', {}, 'refuse'],
    ['Return', {}, 'refuse'],
    ['F9', {}, 'take'],
    ['XF86Launch1', {}, 'take'],
    ['slash', { super: true }, 'take'],
    ['a', { control: true, alt: true }, 'take'],
  ])('%s with %j: %s', (key, held, meaning) => {
    expect(meaningOf({ key, ...nothing, ...held })).toBe(meaning);
  });
});

describe('applications', () => {
  const applications = [
    { id: 'org.example.Text.desktop', name: 'Text', description: 'Edit files' },
    { id: 'org.example.Chat.desktop', name: 'Chat', description: 'Talk to models' },
  ];
  it.each([
    ['', ['Chat', 'Text']],
    ['TALK ch', ['Chat']],
    ['org.example', ['Chat', 'Text']],
    ['nothing', []],
  ])('are found by “%s”', (typed, names) => {
    expect(applicationsLike(applications, typed).map(({ name }) => name)).toEqual(names);
  });
});
