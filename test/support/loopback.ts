import { guardedNetwork } from '../../shared/runtime/http/network.ts';

/** The way to the servers that tests start on this machine. */
export const loopback = guardedNetwork('127.0.0.1,localhost');
