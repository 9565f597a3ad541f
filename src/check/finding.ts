/** What is wrong with the system under test, as data. Never thrown. */

export type Severity = 'error' | 'warning' | 'info';

export interface Finding {
  /** Stable and kebab-case with a room in front, for instance `contract/maximum` or `conformance/status`. */
  readonly ruleId: string;
  readonly severity: Severity;
  /** One line, no trailing full stop. */
  readonly title: string;
  /** What was expected, what came, and what to do next. */
  readonly message: string;
  /** The facts that the message rests on. Plain JSON, already redacted. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** How to see it again. A token appears as `$VOLTPACT_TOKEN`. */
  readonly reproduce?: { readonly curl?: string; readonly replay?: string };
}
