import { DeadLetters, HandledDeadLetters } from '../../shared/api/dead-letter.ts';
import { Diagnosis } from '../../shared/api/diagnosis.ts';
import type { Api } from './client.ts';
import { readOnDemand } from './polling.ts';
import { queryKeys } from './query-keys.ts';

/** The dead letters. A read hides them from other clients for a moment, so they are not polled. */
export function deadLettersQuery(api: Api) {
  return readOnDemand(api, { key: queryKeys.deadLetters, path: '/dead-letters', schema: DeadLetters });
}

/** The checks of the deployment. They ask AWS and Bitbucket, so they are not polled. */
export function diagnosisQuery(api: Api) {
  return readOnDemand(api, { key: queryKeys.diagnosis, path: '/doctor', schema: Diagnosis });
}

/** Processes dead letters again. */
export function replayDeadLetters(api: Api, ids: readonly string[]) {
  return api.post('/dead-letters/replay', { ids }, HandledDeadLetters);
}

/** Deletes dead letters. */
export function dropDeadLetters(api: Api, ids: readonly string[]) {
  return api.post('/dead-letters/drop', { ids }, HandledDeadLetters);
}
