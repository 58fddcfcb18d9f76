import { readFileSync } from 'node:fs';

const { name, version, description, license } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

/** What every package says of the product. */
export const product = {
  name,
  version,
  description,
  license,
  homepage: 'https://cloudtolocalllm.online',
  repository: 'https://github.com/CloudToLocalLLM-online/CloudToLocalLLM',
  maintainer: 'CloudToLocalLLM Team <support@cloudtolocalllm.online>',
};

/** How the packages introduce themselves: a line, and a paragraph in lines of 78 characters, which all formats can show. */
export const introductions = {
  service: {
    summary: 'One address for every language model of a desktop',
    text: [
      'Applications speak Ollama’s, OpenAI’s or Anthropic’s API to it. It picks a',
      'connection (the Ollama of this machine first, a server of your own or a',
      'cloud provider when that one is not there), translates, and streams the',
      'answer back. It runs as a service of each user, started by its socket or',
      'over D-Bus, and keeps tokens in the keyring. A server can run it for several',
      'people, each with a key.',
    ],
  },
  extension: {
    summary: 'Shows and steers the CloudToLocalLLM broker in GNOME’s panel',
    text: [
      'An indicator of the broker’s state, a menu with its connections and the',
      'route, and preferences to add, edit, order and remove connections. Each user',
      'switches it on in Extensions, after the next login.',
    ],
  },
};
