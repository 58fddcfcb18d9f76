import type { ServerResponse } from 'node:http';
import { Cancelled } from '../connections/upstream.js';
import type { Observed } from '../routing/router.js';
import type { Metrics, Observation } from '../telemetry/metrics.js';

/** Counts a request of which a reply becomes the answer. */
export interface ObservedReply extends Pick<Observation, 'begins' | 'fails'> {
  /** Notes who answers, or that nobody does. */
  of<T extends Observed>(answer: Promise<T>): Promise<T>;
}

/** Begins to count a request; what ends it is the end of the reply. */
export function observed(metrics: Metrics, dialect: string, to: ServerResponse): ObservedReply {
  const observation = metrics.begins(dialect);
  to.once('close', () => {
    observation.ends(to.writableFinished);
  });
  return {
    begins: () => {
      observation.begins();
    },
    fails: () => {
      observation.fails();
    },
    async of(answer) {
      try {
        const routed = await answer;
        const { connection, attempts, failedOver, tokens, continuedBy } = routed;
        observation.answered({
          ...{ connection: connection.settings.id, attempts, failedOver, tokens },
          continuedBy: () => continuedBy?.() ?? [],
        });
        return routed;
      } catch (error) {
        if (!(error instanceof Cancelled)) observation.fails();
        throw error;
      }
    },
  };
}
