/** A bounded number of requests at work, a bounded number waiting, each for a bounded time; the others are sent away. */
import { Unavailable } from './unavailable.ts';

export type Gate = {
  /** Resolves when there is room, to what must be called when the work is done. Rejects with Unavailable. */
  enter(signal?: AbortSignal): Promise<() => void>;
};

export function createGate(options: { inFlight: number; waiting: number; waitMs: number }): Gate {
  let atWork = 0;
  // A Set keeps the order of arrival, and someone who gives up leaves it in constant time.
  const waiting = new Set<() => void>();

  const leaveOnce = () => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      atWork -= 1;
      const [next] = waiting;
      next?.();
    };
  };

  return {
    enter: (signal) => {
      if (atWork < options.inFlight) {
        atWork += 1;
        return Promise.resolve(leaveOnce());
      }
      if (waiting.size >= options.waiting) {
        return Promise.reject(new Unavailable('too many requests are waiting'));
      }
      return new Promise((resolve, reject) => {
        const stopWaiting = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', giveUp);
          waiting.delete(admit);
        };
        const admit = () => {
          stopWaiting();
          atWork += 1;
          resolve(leaveOnce());
        };
        const giveUp = () => {
          stopWaiting();
          reject(new Unavailable('waited too long for room'));
        };
        const timer = setTimeout(giveUp, options.waitMs);
        signal?.addEventListener('abort', giveUp, { once: true });
        waiting.add(admit);
      });
    },
  };
}
