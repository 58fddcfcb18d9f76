import type Gtk from 'gi://Gtk';

import type { Broker } from '../broker/broker.js';

/** Calls back when the widget is shown, and after each change of the service until it isn't any more: pages come and go. */
export function whileShown(widget: Gtk.Widget, broker: Broker, sync: () => void): void {
  let following = 0;
  widget.connect('map', () => {
    following = broker.connect('changed', sync);
    sync();
  });
  widget.connect('unmap', () => {
    broker.disconnect(following);
  });
}
