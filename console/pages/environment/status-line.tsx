import Box from '@cloudscape-design/components/box';
import type { Environment } from '../../../shared/api/environment.ts';
import { conditionOf, EnvironmentStatus } from '../../components/environment-status.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { PageLink } from '../../components/links.tsx';
import { Ago } from '../../components/time.tsx';

/** The status of an environment with the reason: what it waits for, what failed, or what to do next. */
export function StatusLine({ environment }: { environment: Environment }) {
  const { last_activity, status, waiting } = environment;
  const last_result = last_activity?.result ?? null;
  const condition = { status, waiting, last_result };
  return (
    <span className="facts">
      <EnvironmentStatus environment={condition} />
      <Box variant="span" color="text-body-secondary">
        <Reason environment={environment} condition={conditionOf(condition)} />
      </Box>
    </span>
  );
}

function Reason({
  environment: { project, id, waiting, last_activity: last, has_code },
  condition,
}: {
  environment: Environment;
  condition: ReturnType<typeof conditionOf>;
}) {
  if (waiting) {
    return (
      <>
        <Foreign text={waiting.because} />
        {waiting.next_try !== null && (
          <>
            {' '}
            – tries again <Ago at={waiting.next_try} />
          </>
        )}
      </>
    );
  }
  if (condition === 'inactive')
    return has_code ? 'Has code, is not deployed: activate it' : 'Has no code yet';
  if (!last) return null;
  return (
    <>
      Last activity:{' '}
      <PageLink to={{ page: 'activity', project, environment: id, activity: last.id }}>
        <Foreign text={last.because} />
      </PageLink>
    </>
  );
}
