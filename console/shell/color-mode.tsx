import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';

/** A choice of colours. */
export type ColorChoice = 'system' | 'light' | 'dark';

interface ColorMode {
  readonly choice: ColorChoice;
  choose(choice: ColorChoice): void;
}

const ColorModeContext = createContext<ColorMode>({ choice: 'system', choose: () => undefined });
const storageKey = 'bough.colors';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** Shows the components below it in the chosen colours, by default those of the system. */
export function ColorModeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState(storedChoice);
  const isDark = useSyncExternalStore(onSystemChange, () => systemIsDark.matches);
  const mode = choice === 'dark' || (choice === 'system' && isDark) ? Mode.Dark : Mode.Light;
  useEffect(() => {
    applyMode(mode);
    document.documentElement.style.colorScheme = mode;
  }, [mode]);
  const choose = (chosen: ColorChoice) => {
    localStorage.setItem(storageKey, chosen);
    setChoice(chosen);
  };
  return <ColorModeContext value={{ choice, choose }}>{children}</ColorModeContext>;
}

/** The choice of colours, and the function that changes it. */
export function useColorMode(): ColorMode {
  return useContext(ColorModeContext);
}

function storedChoice(): ColorChoice {
  const stored = localStorage.getItem(storageKey);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

function onSystemChange(listener: () => void) {
  systemIsDark.addEventListener('change', listener);
  return () => systemIsDark.removeEventListener('change', listener);
}
