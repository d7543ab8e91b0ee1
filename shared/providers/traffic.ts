import { type Circuit, hostCircuit } from './host-circuit.ts';
import { type GatePorts, type OpenGate, rateGates } from './rate-gate.ts';

/** The rules for all calls of a process to Bitbucket: those that an account has left, and hosts that do not answer. */
export interface Traffic {
  openGate: OpenGate;
  circuitOf(host: string): Circuit;
}

/** One per process: its connections share what they learn. */
export function bitbucketTraffic(ports: GatePorts): Traffic {
  const circuits = new Map<string, Circuit>();
  return {
    openGate: rateGates(ports),
    circuitOf(host) {
      const circuit = circuits.get(host) ?? hostCircuit(host, ports.clock);
      circuits.set(host, circuit);
      return circuit;
    },
  };
}
