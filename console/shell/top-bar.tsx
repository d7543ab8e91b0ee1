import TopNavigation, { type TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { callerQuery, sessionQuery } from '../api/session-info.ts';
import { useDeploymentPlace } from '../components/use-deployment-place.ts';
import { type ColorChoice, useColorMode } from './color-mode.tsx';
import { open } from './location.ts';
import { addressOf } from './routes.ts';

const choices: readonly { id: ColorChoice; text: string }[] = [
  { id: 'system', text: 'Colours of the system' },
  { id: 'light', text: 'Light' },
  { id: 'dark', text: 'Dark' },
];

/** The bar at the top: who calls, in which account, region and stack, and the choice of colours. */
export function TopBar() {
  const api = useApi();
  const { data: session } = useQuery(sessionQuery(api));
  const { data: caller } = useQuery(callerQuery(api));
  const { choice, choose } = useColorMode();

  const { account, region, stack } = useDeploymentPlace();
  const place = [caller?.name, account, region, stack].filter(Boolean);
  const utilities: TopNavigationProps.Utility[] = [
    ...(session?.read_only
      ? [{ type: 'button' as const, text: 'Read only', iconName: 'lock-private' as const }]
      : []),
    {
      type: 'button',
      text: 'Operations',
      href: addressOf({ page: 'operations' }),
      onFollow: (event) => {
        event.preventDefault();
        open({ page: 'operations' });
      },
    },
    {
      type: 'menu-dropdown',
      iconName: 'user-profile',
      text: place.join(' · '),
      description: caller?.arn ?? '',
      items: identityItems([
        ['Account', account],
        ['Region', region],
        ['Stack', stack],
        ['API', session?.api_url],
        ['Version', session?.version],
      ]),
    },
    {
      type: 'menu-dropdown',
      iconName: 'settings',
      ariaLabel: 'Colours',
      title: 'Colours',
      items: choices.map(({ id, text }) => ({
        id,
        text,
        itemType: 'checkbox' as const,
        checked: id === choice,
      })),
      onItemClick: ({ detail }) => {
        const chosen = choices.find(({ id }) => id === detail.id);
        if (chosen) choose(chosen.id);
      },
    },
  ];
  return (
    <TopNavigation
      identity={{
        href: addressOf({ page: 'projects' }),
        title: 'Bough',
      }}
      utilities={utilities}
      i18nStrings={{ overflowMenuTriggerText: 'More', overflowMenuTitleText: 'All' }}
    />
  );
}

function identityItems(facts: readonly (readonly [string, string | null | undefined])[]) {
  return facts.flatMap(([name, value]) =>
    value ? [{ id: name, text: name, secondaryText: value, disabled: false }] : [],
  );
}
