import Atk from 'gi://Atk';
import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import Pango from 'gi://Pango';
import St from 'gi://St';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import { ModalDialog } from 'resource:///org/gnome/shell/ui/modalDialog.js';

import { fill } from '../broker/translator.js';
import type { AskModel, AskRemedy } from './askModel.js';
import { ModelChooser } from './modelChooser.js';
import { Notice } from './notice.js';
import { QuestionField } from './questionField.js';
import { Transcript } from './transcript.js';

/** What a person wants of the dialog. */
export interface AskIntents {
  readonly ask: (question: string) => void;
  readonly retry: () => void;
  readonly stop: () => void;
  /** Begins a new conversation. */
  readonly renew: () => void;
  readonly choose: (model: string) => void;
  readonly remedy: (remedy: AskRemedy) => void;
}

/** How much of the monitor's height the conversation takes at most, and how much of its width the dialog. */
const TALLEST = 0.56;
const WIDEST = 0.86;

/** The dialog in which a person asks a model, and reads what it answers. Shows what it is given, and decides nothing. */
export class AskDialog extends ModalDialog {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMAskDialog' }, this);
  }

  readonly #intents: AskIntents;
  readonly #modelName = new St.Label({ y_align: Clutter.ActorAlign.CENTER });
  readonly #modelButton: St.Button;
  readonly #renew: St.Button;
  readonly #transcript: Transcript;
  readonly #chooser: ModelChooser;
  readonly #notice: Notice;
  readonly #field: QuestionField;
  readonly #send: St.Button;
  readonly #sendIcon = new St.Icon({ icon_name: 'go-up-symbolic' });
  #model: AskModel | null = null;

  /** @param intents - are told what the person wants */
  constructor(intents: AskIntents) {
    super({ destroyOnClose: false });
    this.#intents = intents;
    this.accessible_name = _('Ask a Model');
    this.#transcript = new Transcript(intents.retry);
    this.#chooser = new ModelChooser((model) => {
      intents.choose(model);
      this.#showChooser(false);
    });
    this.#chooser.hide();
    this.#notice = new Notice(intents.remedy);
    this.#field = new QuestionField(() => {
      this.#ask();
    });
    this.#modelButton = this.#newModelButton();
    this.#renew = iconButton(new St.Icon({ icon_name: 'list-add-symbolic' }), _('New Conversation'), () => {
      intents.renew();
      this.#field.clutterText.grab_key_focus();
    });
    this.#send = iconButton(this.#sendIcon, _('Send'), () => {
      if (this.#model?.busy) intents.stop();
      else this.#ask();
      this.#field.clutterText.grab_key_focus();
    });
    this.#send.y_align = Clutter.ActorAlign.END;

    this.contentLayout.add_style_class_name('cloudtolocalllm-ask');
    for (const child of [this.#newHead(), this.#chooser, this.#transcript, this.#notice, this.#newFoot()]) {
      this.contentLayout.add_child(child);
    }
    // Nothing but that is there, and the theme would leave room for it.
    this.buttonLayout.hide();
    // The types want a widget, and the shell takes whatever can have the focus.
    this.setInitialKeyFocus(this.#field.clutterText as unknown as St.Widget);
    this.#field.clutterText.connect('text-changed', () => {
      this.#syncSend();
    });
  }

  override open(): boolean {
    this.#fit();
    const opened = super.open();
    this.#transcript.scrollToEnd();
    return opened;
  }

  /** Shows what the model says. */
  sync(model: AskModel): void {
    this.#model = model;
    const { turns, choices, model: name, notice } = model;
    this.#transcript.sync(turns);
    this.#chooser.sync(choices, name);
    this.#notice.sync(notice);
    if (choices.length === 0 && this.#chooser.visible) this.#showChooser(false);
    this.#transcript.visible = turns.length > 0 && !this.#chooser.visible;
    this.#renew.visible = turns.length > 0;
    this.#modelButton.visible = choices.length > 0;
    this.#modelName.text = name;
    this.#modelButton.accessible_name = fill(_('Model: {model}'), { model: name });
    this.#syncSend();
  }

  /** Brings the conversation's end into view. */
  scrollToEnd(): void {
    this.#transcript.scrollToEnd();
  }

  /** Has a screen reader say something. */
  announce(text: string): void {
    this.get_accessible().emit('notification', text, Atk.Live.POLITE);
  }

  override vfunc_key_press_event(event: Clutter.Event): boolean {
    if (event.get_key_symbol() !== Clutter.KEY_Escape) return super.vfunc_key_press_event(event);
    if (this.#chooser.visible) this.#showChooser(false);
    else this.close();
    return Clutter.EVENT_STOP;
  }

  #ask(): void {
    const { question } = this.#field;
    if (question === '' || !this.#model?.canAsk) return;
    this.#field.clear();
    if (this.#chooser.visible) this.#showChooser(false);
    this.#intents.ask(question);
    this.#transcript.scrollToEnd();
  }

  #showChooser(shown: boolean): void {
    this.#chooser.visible = shown;
    this.#transcript.visible = !shown && (this.#model?.turns.length ?? 0) > 0;
    if (shown) {
      this.#chooser.open();
      this.#modelButton.add_accessible_state(Atk.StateType.EXPANDED);
    } else {
      this.#modelButton.remove_accessible_state(Atk.StateType.EXPANDED);
      this.#field.clutterText.grab_key_focus();
    }
  }

  #syncSend(): void {
    const { busy = false, canAsk = false } = this.#model ?? {};
    const usable = busy || (canAsk && this.#field.question !== '');
    this.#send.accessible_name = busy ? _('Stop') : _('Send');
    this.#sendIcon.icon_name = busy ? 'media-playback-stop-symbolic' : 'go-up-symbolic';
    this.#send.reactive = usable;
    this.#send.can_focus = usable;
    if (usable) this.#send.add_style_pseudo_class('default');
    else this.#send.remove_style_pseudo_class('default');
  }

  /** As wide as one likes to read and the monitor allows; the conversation as high as leaves room around it. */
  #fit(): void {
    const monitor = Main.layoutManager.monitors[global.display.get_current_monitor()];
    if (monitor === undefined) return;
    const { width, height } = monitor;
    const { scale_factor: scale } = St.ThemeContext.get_for_stage(global.stage);
    this.contentLayout.ensure_style();
    const wanted = this.contentLayout.get_theme_node().get_length('-cloudtolocalllm-width');
    this.contentLayout.set_width(Math.round(Math.min(wanted, width * WIDEST)));
    const tallest = `max-height: ${Math.round((height * TALLEST) / scale)}px;`;
    this.#transcript.style = tallest;
    this.#chooser.style = tallest;
  }

  #newModelButton(): St.Button {
    const line = new St.BoxLayout({ style_class: 'cloudtolocalllm-line' });
    this.#modelName.clutter_text.ellipsize = Pango.EllipsizeMode.MIDDLE;
    line.add_child(this.#modelName);
    line.add_child(new St.Icon({ icon_name: 'pan-down-symbolic', style_class: 'popup-menu-arrow' }));
    const button = new St.Button({
      style_class: 'button flat cloudtolocalllm-ask-model',
      child: line,
      can_focus: true,
      y_align: Clutter.ActorAlign.CENTER,
    });
    button.connect('clicked', () => {
      this.#showChooser(!this.#chooser.visible);
    });
    return button;
  }

  #newHead(): St.Widget {
    const head = new St.BoxLayout({ style_class: 'cloudtolocalllm-line', x_expand: true });
    const title = new St.Label({
      style_class: 'cloudtolocalllm-ask-title',
      text: _('Ask a Model'),
      x_expand: true,
      x_align: Clutter.ActorAlign.START,
      y_align: Clutter.ActorAlign.CENTER,
    });
    for (const child of [title, this.#modelButton, this.#renew]) head.add_child(child);
    return head;
  }

  #newFoot(): St.Widget {
    const foot = new St.BoxLayout({ style_class: 'cloudtolocalllm-line', x_expand: true });
    foot.add_child(this.#field);
    foot.add_child(this.#send);
    return foot;
  }
}

function iconButton(icon: St.Icon, name: string, onPressed: () => void): St.Button {
  const button = new St.Button({
    style_class: 'icon-button cloudtolocalllm-ask-icon-button',
    child: icon,
    accessible_name: name,
    can_focus: true,
    y_align: Clutter.ActorAlign.CENTER,
  });
  button.connect('clicked', () => {
    onPressed();
  });
  return button;
}
