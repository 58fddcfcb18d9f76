import { describe, expect, it } from 'vitest';
import { completed, type WrittenConnection } from '../../../service/config/configuration.js';
import { builtInConfiguration } from '../../../service/config/source.js';
import { hidden, startsOldDaemon } from '../../../service/migration/autostart.js';
import { oldFormats } from '../../../service/migration/oldFiles.js';
import { plan } from '../../../service/migration/plan.js';
import { withoutToken } from '../../../service/migration/wiping.js';

const nothing = { autostart: [], units: [] };
const built = builtInConfiguration.connections;

/** The plan for files with these texts. */
function planned(files: { connection?: unknown; tunnel?: unknown }, existing: readonly WrittenConnection[] = []) {
  const texts = { 'connection_config.json': files.connection, 'tunnel_config.json': files.tunnel };
  const read = oldFormats.flatMap(({ file, read }) => {
    const given = (texts as Record<string, unknown>)[file];
    return given === undefined ? [] : [read(typeof given === 'string' ? given : JSON.stringify(given))];
  });
  const connections = existing.length === 0 ? built : completed({ connections: [...existing] }).connections;
  const { steps, there, tokenless, problems } = plan(read, connections, nothing);
  const done = steps.map((step) => {
    if (step.kind === 'connection') {
      const { id, name, kind, url, enabled } = step.settings;
      return `${step.before ? 'first' : 'last'} ${id} “${name}” ${kind} ${url}${enabled ? '' : ' (off)'}`;
    }
    return step.kind === 'token' ? `token of ${step.owner.id} for ${step.owner.origin}: ${step.token}` : step.kind;
  });
  return { done, there, tokenless, problems };
}

const local = { host: 'localhost', port: 11434, api_base_url: 'http://localhost:11434', enabled: true, timeout: 30 };
const cloud = { api_base_url: 'https://api.cloudtolocalllm.online', auth_token: 'a.b.c', enabled: true, timeout: 30 };

describe('taking over connection_config.json', () => {
  it('makes a connection of the cloud proxy, with its token; this machine’s Ollama is there already', () => {
    expect(planned({ connection: { local_ollama: local, cloud_proxy: cloud } })).toEqual({
      done: [
        'last cloud “CloudToLocalLLM Cloud” cloudtolocalllm https://api.cloudtolocalllm.online',
        'token of cloud for https://api.cloudtolocalllm.online: a.b.c',
      ],
      there: ['Local Ollama'],
      tokenless: [],
      problems: [],
    });
  });

  it('puts an Ollama elsewhere before the one that is there only because nobody has configured anything', () => {
    const elsewhere = { ...local, host: 'nas', api_base_url: 'http://nas:11434' };
    expect(planned({ connection: { local_ollama: elsewhere } }).done).toEqual([
      'first ollama_2 “Ollama on nas” ollama http://nas:11434',
    ]);
  });

  it('puts it last where somebody has, and finds another id', () => {
    const mine = [
      { id: 'ollama', kind: 'demo' as const },
      { id: 'ollama_2', kind: 'demo' as const },
    ];
    expect(planned({ connection: { local_ollama: { ...local, enabled: false } } }, mine).done).toEqual([
      'last ollama_3 “Local Ollama” ollama http://localhost:11434 (off)',
    ]);
  });

  it('takes host and port where there is no address', () => {
    const { done } = planned({ connection: { local_ollama: { host: '::1', port: 9000 } } });
    expect(done).toEqual(['first ollama_2 “Local Ollama” ollama http://[::1]:9000']);
  });

  it('keeps a time that somebody had chosen as the one until an answer begins, and not the default', () => {
    const firstByte = (timeout: number): number | undefined => {
      const text = JSON.stringify({ local_ollama: { host: 'nas', timeout } });
      const files = oldFormats.filter(({ file }) => file === 'connection_config.json').map(({ read }) => read(text));
      const [step] = plan(files, built, nothing).steps;
      return step?.kind === 'connection' ? step.settings.timeouts.firstByte : undefined;
    };
    expect([firstByte(30), firstByte(300)]).toEqual([600, 300]);
  });

  it('leaves out a cloud proxy that nobody had ever signed in to', () => {
    const { done } = planned({ connection: { cloud_proxy: { ...cloud, auth_token: '', enabled: false } } });
    expect(done).toEqual([]);
  });

  it('says of a cloud proxy that was on, but without a token, that it wants one', () => {
    const { tokenless } = planned({ connection: { cloud_proxy: { ...cloud, auth_token: '' } } });
    expect(tokenless).toEqual([{ id: 'cloud', name: 'CloudToLocalLLM Cloud' }]);
  });

  it('gives the token to a connection that is there already', () => {
    const mine = [{ id: 'mine', kind: 'cloudtolocalllm' as const }];
    expect(planned({ connection: { cloud_proxy: cloud } }, mine).done).toEqual([
      'token of mine for https://api.cloudtolocalllm.online: a.b.c',
    ]);
  });
});

describe('taking over tunnel_config.json', () => {
  const tunnel = {
    ...{ enableLocalOllama: true, ollamaHost: '10.0.0.5', ollamaPort: 11434, enableCloudProxy: true },
    ...{ cloudProxyUrl: 'https://app.cloudtolocalllm.online', requestTimeout: 60, logLevel: 'INFO' },
  };

  it('makes connections of both; the service’s page stands for its API', () => {
    expect(planned({ tunnel }).done).toEqual([
      'first ollama_2 “Ollama on 10.0.0.5” ollama http://10.0.0.5:11434',
      'last cloud “CloudToLocalLLM Cloud” cloudtolocalllm https://api.cloudtolocalllm.online',
    ]);
  });

  it('is one with connection_config.json where both name the same server, which has the token', () => {
    expect(planned({ tunnel, connection: { local_ollama: local, cloud_proxy: cloud } })).toEqual({
      done: [
        'first ollama_2 “Ollama on 10.0.0.5” ollama http://10.0.0.5:11434',
        'last cloud “CloudToLocalLLM Cloud” cloudtolocalllm https://api.cloudtolocalllm.online',
        'token of cloud for https://api.cloudtolocalllm.online: a.b.c',
      ],
      there: ['Local Ollama'],
      tokenless: [],
      problems: [],
    });
  });
});

describe('what is broken', () => {
  it('is taken as far as it is whole, and the rest is named', () => {
    const text = JSON.stringify({ local_ollama: { ...local, api_base_url: 'http://nas:11434' }, cloud_proxy: cloud });
    expect(planned({ connection: text.slice(0, -30) })).toEqual({
      done: ['first ollama_2 “Ollama on nas” ollama http://nas:11434'],
      there: [],
      tokenless: [],
      problems: ['connection_config.json is broken; not to be read any more: cloud_proxy'],
    });
  });

  it.each<[what: string, section: object, done: string, problem: string]>([
    ['a port', { host: 'nas', port: 'many' }, 'http://nas:11434', 'port isn’t a port, and left out'],
    ['a switch', { host: 'nas', enabled: 'yes' }, 'http://nas:11434', 'enabled isn’t true or false, and left out'],
    ['a time', { host: 'nas', timeout: -1 }, 'http://nas:11434', 'timeout isn’t a number of seconds, and left out'],
  ])('in one value (%s) leaves the others', (_what, section, url, problem) => {
    const { done, problems } = planned({ connection: { local_ollama: section } });
    expect([done, problems]).toEqual([
      [expect.stringContaining(url)],
      [`connection_config.json: local_ollama: ${problem}`],
    ]);
  });

  it.each(['ftp://nas', 'no address', 'http://me:secret@nas:11434'])('names an address that is none: %s', (url) => {
    const { done, problems } = planned({ connection: { local_ollama: { api_base_url: url }, cloud_proxy: cloud } });
    expect(done).toHaveLength(2);
    expect(problems).toEqual([
      expect.stringMatching(/^connection_config\.json: the local Ollama can’t be taken over: its address must /),
    ]);
    expect(problems.join()).not.toContain('secret');
  });

  it.each(['', '[]', 'null', '{"local_ollama": 7}', '\0\0\0'])('has nothing in it: %j', (text) => {
    const { done, problems } = planned({ connection: text });
    expect([done, problems.length]).toEqual([[], 1]);
  });
});

describe('a file without its token', () => {
  it.each<[text: string, wiped: string]>([
    ['{"auth_token": "a.b.c", "enabled": true}', '{"auth_token": "", "enabled": true}'],
    ['{"auth_token" : "a\\"b\\\\", "x": "auth_token"}', '{"auth_token" : "", "x": "auth_token"}'],
    ['{"cloud_proxy": {"auth_token": "a.b', '{"cloud_proxy": {"auth_token": ""'],
    ['{"auth_token": "a\\', '{"auth_token": ""'],
    ['{"auth_token": ""}', '{"auth_token": ""}'],
  ])('is the same otherwise: %s', (text, wiped) => {
    expect(withoutToken(text)).toBe(wiped);
  });
});

describe('an autostart entry', () => {
  const entry = (exec: string, more = ''): string => `[Desktop Entry]\nType=Application\nExec=${exec}\n${more}`;

  it.each<[exec: string, old: boolean]>([
    ['/usr/bin/cloudtolocalllm-tray', true],
    ['/opt/cloudtolocalllm-bridge/cloudtolocalllm-bridge --daemon', true],
    ['cloudtolocalllm-enhanced-tray', true],
    ['python3 /opt/CloudToLocalLLM/tray_daemon/enhanced_tray_daemon.py', true],
    ['sh -c "/home/me/bin/start_enhanced_daemon.sh start"', true],
    ['/usr/bin/cloudtolocalllm', false],
    ['/home/me/CloudToLocalLLM-x86_64.AppImage', false],
    ['/usr/bin/nextcloud', false],
  ])('of %s starts the old daemon: %s', (exec, old) => {
    expect(startsOldDaemon(entry(exec))).toBe(old);
  });

  it('is switched off by Hidden, in its main group', () => {
    const off = hidden(entry('cloudtolocalllm-tray', 'Hidden=false\n\n[Desktop Action x]\nExec=y\n'));
    expect(off).toBe(
      '[Desktop Entry]\nType=Application\nExec=cloudtolocalllm-tray\nHidden=true\n\n[Desktop Action x]\nExec=y\n',
    );
    expect(hidden(entry('cloudtolocalllm-tray'))).toBe(`${entry('cloudtolocalllm-tray')}Hidden=true\n`);
    expect(startsOldDaemon(off)).toBe(false);
  });
});
