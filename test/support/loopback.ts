import { guardedNetwork } from '../../shared/runtime/http/network.ts';

/** A network that may reach the servers that tests start on this machine. */
export const loopback = guardedNetwork('127.0.0.1,localhost');
