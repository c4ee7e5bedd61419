// What the kernel says of processes: who belongs together, their CPU and memory.
import { readFileSync, readdirSync } from 'node:fs';

const tickMicroseconds = 10_000;
const fieldsOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ').map(Number);

// PARENT and what it forked.
export function family(parent) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return pid === parent || fieldsOf(pid)[1] === parent;
    } catch {
      return false;
    }
  });
}

// schedstat counts nanoseconds, but of one thread. A process may end while we look.
function cpuMicroseconds(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) =>
      sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1000, 0);
  } catch {
    return 0;
  }
}

export const cpuMicrosecondsOf = (pids) => pids.reduce((sum, pid) => sum + cpuMicroseconds(pid), 0);

// Connections come and go: those that ended are in the postmaster's account of its children.
export function cpuMicrosecondsOfPostgres(postmaster) {
  const fields = fieldsOf(postmaster);
  return cpuMicrosecondsOf(family(postmaster)) + (fields[13] + fields[14]) * tickMicroseconds;
}

export const residentMegabytes = (pids) => Math.max(...pids.map((pid) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024));

// Of the whole machine, by anybody.
export function busyMicroseconds() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) * tickMicroseconds;
}
