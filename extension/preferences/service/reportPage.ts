import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../../broker/broker.js';
import { isCancelled, reasonOf } from '../../broker/bus.js';
import { reportText, type Versions } from './report.js';
import { TextPage } from './textPage.js';

/** A report of how all is, which is seen before it is given to anybody. */
export class ReportPage extends TextPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMReportPage' }, this);
  }

  /**
   * @param broker - the service
   * @param versions - of all that is at work
   * @param onCopied - called after it was copied
   */
  constructor(broker: Broker, versions: Versions, onCopied: () => void) {
    super(_('Report'), onCopied);
    if (broker.snapshot().presence !== 'running') {
      this.show_text(reportText(broker.snapshot(), versions, '', ''));
      return;
    }
    broker.requests
      .report()
      .then((report) => {
        this.show_text(reportText(broker.snapshot(), versions, report, ''));
      })
      .catch((error: unknown) => {
        if (!isCancelled(error)) this.show_text(reportText(broker.snapshot(), versions, '', reasonOf(error)));
      });
  }
}
