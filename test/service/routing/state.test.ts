import { describe, expect, it } from 'vitest';
import type { ConnectionState } from '../../../service/connections/connection.js';
import { type BrokerState, brokerState } from '../../../service/routing/state.js';

describe('the broker’s state', () => {
  it.each<[states: ConnectionState[], expected: BrokerState]>([
    [[], 'disconnected'],
    [['disabled'], 'disconnected'],
    [['connected'], 'connected'],
    [['connected', 'disabled'], 'connected'],
    [['connected', 'unreachable'], 'partial'],
    [['connected', 'connecting'], 'partial'],
    [['connecting'], 'connecting'],
    [['connecting', 'unreachable'], 'connecting'],
    [['unreachable', 'refused'], 'disconnected'],
  ])('of %j is %s', (states, expected) => {
    expect(brokerState(states)).toBe(expected);
  });
});
