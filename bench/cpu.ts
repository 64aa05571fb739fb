/** Processor time of a server and of PostgreSQL, from /proc: what was used between two looks, in milliseconds. */
import { readdirSync, readFileSync } from 'node:fs';

/** Fields 14 to 17 of `/proc/PID/stat`, after the name, which may hold spaces. Ticks of 10 ms, as everywhere on Linux. */
const times = (pid: number): { own: number; reaped: number; parent: number } => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (field: number) => Number(fields[field - 3]);
  return { own: (at(14) + at(15)) * 10, reaped: (at(16) + at(17)) * 10, parent: at(4) };
};

/** A process alone, its threads included. */
export const processCpu = (pid: number): number => times(pid).own;

/** The postmaster, every process of it that lives, and those that are gone. */
export const postgresCpu = (postmaster: number): number => {
  const { own, reaped } = times(postmaster);
  let total = own + reaped;
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const process = times(pid);
      if (process.parent === postmaster) total += process.own;
    } catch {
      // It ended while we looked; the postmaster has its time.
    }
  }
  return total;
};
