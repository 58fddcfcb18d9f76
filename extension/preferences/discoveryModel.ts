import type { FoundServer, Presence } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { presenceInWords } from '../broker/words.js';
import { describeKinds } from './kinds.js';

/** How looking for servers goes. */
export interface Search {
  readonly underWay: boolean;
  /** What was found last, null before the first look. */
  readonly found: readonly FoundServer[] | null;
  /** Why the last look failed, else "". */
  readonly failure: string;
}

/** A server that was found, in words. */
export interface FoundRow {
  readonly server: FoundServer;
  readonly title: string;
  readonly subtitle: string;
}

/** What there is to see of the servers on this machine. */
export interface DiscoveryModel {
  readonly rows: readonly FoundRow[];
  /** What is said where no servers are, "" beside some. */
  readonly note: string;
  /** What to do about that, or "". */
  readonly advice: string;
  readonly busy: boolean;
  readonly canSearch: boolean;
}

/**
 * What to show of the servers that were found.
 *
 * @param addresses - those of the connections in the settings, which the service may not have taken over yet
 */
export function discoveryModel(
  presence: Presence,
  search: Search,
  addresses: readonly string[],
  translator: Translator,
): DiscoveryModel {
  const { gettext: _ } = translator;
  if (presence !== 'running') {
    const advice = presence === 'unknown' ? '' : _('Only the broker can look for servers');
    return { rows: [], note: presenceInWords(presence, translator), advice, busy: false, canSearch: false };
  }
  const found = (search.found ?? []).filter(({ url }) => !addresses.includes(url));
  const state = { rows: found.map((server) => inWords(server, translator)), busy: search.underWay };
  const told = { ...state, note: '', advice: '', canSearch: !search.underWay };
  if (found.length > 0) return told;
  if (search.underWay || (search.found === null && search.failure === '')) {
    return { ...told, note: _('Looking for servers…') };
  }
  if (search.failure !== '') {
    return { ...told, note: _('Nobody could look for servers'), advice: search.failure };
  }
  const advice = _('Start Ollama, llama.cpp, LM Studio or vLLM and search again, or add a server above');
  const nothingElse = _('Nothing but what is listed above, at the ports that are usual for servers of models');
  return addresses.length > 0
    ? { ...told, note: _('No other servers found'), advice: nothingElse }
    : { ...told, note: _('No servers found'), advice };
}

function inWords(server: FoundServer, translator: Translator): FoundRow {
  const { ngettext } = translator;
  const kind = describeKinds(translator).find((each) => each.kind === server.kind)?.label ?? server.kind;
  const count = fill(ngettext('{number} model', '{number} models', server.models), { number: String(server.models) });
  return { server, title: server.name, subtitle: `${kind} · ${server.url} · ${count}` };
}
