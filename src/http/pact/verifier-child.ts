/**
 * Entry of the child process that runs Pact's verifier. A process of its own can be ended by a deadline, has an environment
 * without proxy settings (Pact obeys `HTTP_PROXY` even for localhost and ignores `NO_PROXY`), and keeps the library's
 * printing to itself. It takes one message and sends one back.
 */
import type { NativeVerification } from './native.js';

/** What the child sends: the library's JSON, or why it could not run. */
export type ChildMessage =
  { readonly kind: 'result'; readonly json: string } | { readonly kind: 'crash'; readonly message: string };

async function run(input: NativeVerification): Promise<ChildMessage> {
  try {
    const { verifyWithLibrary } = await import('./native.js');
    return { kind: 'result', json: await verifyWithLibrary(input) };
  } catch (error) {
    return { kind: 'crash', message: error instanceof Error ? error.message : String(error) };
  }
}

process.once('message', (input: NativeVerification) => {
  void run(input).then((message) => {
    // The library may leave handles open; the parent has all it needs once the message is out.
    process.send?.(message, () => process.disconnect());
  });
});
