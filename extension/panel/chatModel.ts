import { fill, type Translator } from '../broker/translator.js';

/** What can be had done about the chat application. */
export type ChatIntent = 'launch' | 'show' | 'hide' | 'quit';

/** The chat application as the desktop knows it. */
export interface ChatSnapshot {
  readonly name: string;
  readonly state: 'stopped' | 'starting' | 'running';
  /** Whether it has a window that isn't minimized. */
  readonly visible: boolean;
}

/** One thing that can be had done about it. */
export interface ChatActionModel {
  readonly intent: ChatIntent;
  readonly label: string;
  readonly sensitive: boolean;
}

/** What can be had done about the chat application, nothing if there is none. */
export function chatModel(chat: ChatSnapshot | null, { gettext: _ }: Translator): ChatActionModel[] {
  if (chat === null) return [];
  const action = (intent: ChatIntent, text: string, sensitive = true) => ({
    intent,
    label: fill(text, { application: chat.name }),
    sensitive,
  });
  if (chat.state !== 'running') return [action('launch', _('Launch {application}'), chat.state === 'stopped')];
  const show = action('show', _('Show {application}'));
  const quit = action('quit', _('Quit {application}'));
  // A window may be in sight and yet behind others.
  return chat.visible ? [show, action('hide', _('Hide {application}')), quit] : [show, quit];
}
