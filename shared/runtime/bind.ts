/** A use case with its ports bound; `index.ts` passes it to the handler. */
export type Bound<UseCase> = UseCase extends (ports: never, ...input: infer Input) => infer Result
  ? (...input: Input) => Result
  : never;

/** Gives a use case its ports. */
export function bind<Ports, Input extends unknown[], Result>(
  useCase: (ports: Ports, ...input: Input) => Result,
  ports: Ports,
): (...input: Input) => Result {
  return (...input) => useCase(ports, ...input);
}
