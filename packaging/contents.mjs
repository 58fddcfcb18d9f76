/**
 * What is installed, and at which place: the one list for the home folder, the packages of every format, and the AppImage.
 * A way of installing that has no such place (places.mjs) leaves the entry out.
 *
 * `of` is the package that a file belongs to, `from` where it is in a checkout after `npm run build`, and in the tarball;
 * `to` is a place and the name there. `filled` files have @NODE@ and @LIBRARY@ in them, or Node found by `env`.
 */
export const contents = [
  service('dist/service/cloudtolocalllm.mjs', 'library', 'cloudtolocalllm.mjs', { filled: 'script', mode: 0o755 }),
  service('packaging/cloudtolocalllm.sh', 'commands', 'cloudtolocalllm', { filled: 'shell', mode: 0o755 }),
  service('packaging/systemd/cloudtolocalllm.socket', 'userUnits', 'cloudtolocalllm.socket'),
  service('packaging/systemd/cloudtolocalllm-unix.socket', 'userUnits', 'cloudtolocalllm-unix.socket'),
  service('packaging/systemd/cloudtolocalllm.service', 'userUnits', 'cloudtolocalllm.service', { filled: 'unit' }),
  service('packaging/systemd/confinement.conf', 'confinement', 'cloudtolocalllm.service.d/confinement.conf'),
  service(
    'packaging/dbus/online.cloudtolocalllm.Broker.service',
    'busServices',
    'online.cloudtolocalllm.Broker.service',
  ),
  service(
    'schemas/org.gnome.shell.extensions.cloudtolocalllm.gschema.xml',
    'schemas',
    'org.gnome.shell.extensions.cloudtolocalllm.gschema.xml',
  ),
  service('dist/documents/cloudtolocalllm.1', 'manual', 'man1/cloudtolocalllm.1'),
  service('dist/documents/cloudtolocalllm.bash', 'bashCompletions', 'cloudtolocalllm'),
  service('dist/documents/cloudtolocalllm.zsh', 'zshCompletions', '_cloudtolocalllm'),
  service('dist/documents/cloudtolocalllm.fish', 'fishCompletions', 'cloudtolocalllm.fish'),

  service('packaging/server/cloudtolocalllm-server.service', 'systemUnits', 'cloudtolocalllm-server.service', {
    filled: 'unit',
  }),
  service('packaging/server/cloudtolocalllm-server.sh', 'administration', 'cloudtolocalllm-server', { mode: 0o755 }),
  service('dist/documents/cloudtolocalllm-server.8', 'manual', 'man8/cloudtolocalllm-server.8', { only: 'system' }),
  service('packaging/server/server.json', 'documents', 'examples/server.json'),
  service('packaging/server/Caddyfile', 'documents', 'examples/Caddyfile'),
  service('packaging/server/nginx.conf', 'documents', 'examples/nginx.conf'),
  // Every page of docs/ but the one of pictures, which are left out.
  ...[
    ...['applications', 'architecture', 'asking', 'configuration', 'dialects', 'install', 'licences', 'metrics'],
    ...['migration', 'models', 'routing', 'security', 'server', 'settings-file', 'signing-in', 'status'],
    ...['troubleshooting', 'reference/configuration', 'reference/dbus', 'reference/http', 'reference/settings'],
  ].map((name) => service(`docs/${name}.md`, 'documents', `docs/${name}.md`)),
  service('README.md', 'documents', 'README.md'),
  service('dist/documents/licences.txt', 'licences', 'bundled-licences.txt'),
  service('LICENSE', 'licences', 'LICENSE'),

  // Without the settings' schema where the service brings it for all programs: two copies could differ.
  extension('dist/extension', 'extensions', 'cloudtolocalllm@cloudtolocalllm.online', { without: ['schemas'] }),
  extension('dist/extension/schemas', 'extensionSchemas', 'cloudtolocalllm@cloudtolocalllm.online/schemas'),
  extension('LICENSE', 'licences', 'LICENSE'),
];

/** The packages, by what an entry of the list says it is `of`. */
export const packageNames = { service: 'cloudtolocalllm', extension: 'gnome-shell-extension-cloudtolocalllm' };

function service(from, place, name, options = {}) {
  return { of: 'service', from, place, name, mode: 0o644, ...options };
}

function extension(from, place, name, options = {}) {
  return { of: 'extension', from, place, name, mode: 0o644, ...options };
}
