// Protects the JUnit report: CI servers must be able to parse it whatever a provider answered, and find every failure in it.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { renderJunit } from '../../src/report/junit.js';
import { summarize } from '../../src/report/summary.js';
import type { RunEvent } from '../../src/run/event.js';
import { readXml } from './read-xml.js';
import {
  caseOf,
  cleanRun,
  faultyRun,
  finished,
  started,
  stageFinished,
  stageStarted,
  wrongStatus,
} from './sample-run.js';

const render = (events: readonly RunEvent[]) => renderJunit(summarize('check', events), '1.2.3');

describe('renderJunit', () => {
  it('writes a suite for each stage and a test case for each case', () => {
    expect(render(faultyRun)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="voltpact check" tests="5" failures="3" errors="0" skipped="1" time="2.000" timestamp="2025-06-21T10:00:00.000Z">
        <testsuite name="verify" tests="5" failures="3" errors="0" skipped="1" time="1.234" timestamp="2025-06-21T10:00:00.000Z">
          <properties>
            <property name="version" value="1.2.3"/>
            <property name="seed" value="42"/>
            <property name="target" value="http://127.0.0.1:1"/>
          </properties>
          <testcase classname="voltpact.check.verify" name="a full state" time="0.012">
            <failure message="Status is not the expected one" type="conformance/status">error conformance/status: Status is not the expected one
      Expected status 200, got 500.
      evidence: {"expected":200,"status":500}
      reproduce: curl -X PUT 'http://127.0.0.1:1/x' -H "Authorization: Bearer $VOLTPACT_TOKEN"</failure>
          </testcase>
          <testcase classname="voltpact.check.verify" name="a minimal state" time="0.012">
            <failure message="Status is not the expected one" type="conformance/status">error conformance/status: Status is not the expected one
      Expected status 200, got 500.
      evidence: {"expected":200,"status":500}
      reproduce: curl -X PUT 'http://127.0.0.1:1/x' -H "Authorization: Bearer $VOLTPACT_TOKEN"</failure>
          </testcase>
          <testcase classname="voltpact.check.verify" name="a token" time="0.012">
            <skipped message="It could not be judged: no account was given."/>
            <system-out>info pact/not-verified: It was not verified
      It could not be judged: no account was given.</system-out>
          </testcase>
          <testcase classname="voltpact.check.verify" name="a read-back" time="0.012">
            <system-out>warning conformance/read-back-precision: Read-back is less precise than what was submitted
      Expected 34.2, got 34.
      evidence: {"submitted":34.2,"received":34}</system-out>
          </testcase>
          <testcase classname="voltpact.check.verify" name="pact/whole: The whole is wrong" time="0.000">
            <failure message="The whole is wrong" type="pact/whole">error pact/whole: The whole is wrong
      Expected status 200, got 500.
      evidence: {"expected":200,"status":500}
      reproduce: curl -X PUT 'http://127.0.0.1:1/x' -H "Authorization: Bearer $VOLTPACT_TOKEN"</failure>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it('writes no inner element for a case that passed', () => {
    const cases = readXml(render(cleanRun)).children[0]?.children.filter(({ name }) => name === 'testcase');
    expect(cases).toEqual([
      {
        name: 'testcase',
        attributes: { classname: 'voltpact.check.verify', name: 'a full state', time: '0.012' },
        children: [],
        text: '',
      },
    ]);
  });

  it('adds an error where the run died', () => {
    const summary = summarize('check', cleanRun.slice(0, -2));
    summary.failure = { ...wrongStatus, ruleId: 'transport/timeout', title: 'The run did not come to its end' };
    const report = readXml(renderJunit(summary, '1.2.3'));
    expect(report.attributes).toMatchObject({ tests: '2', failures: '0', errors: '1' });
    expect(report.children.at(-1)?.children.at(-1)?.children[0]).toMatchObject({
      name: 'error',
      attributes: { type: 'transport/timeout', message: 'The run did not come to its end' },
    });
  });

  // Unlike `string`, this draws control characters, lone surrogates and non-characters often.
  const hostile = fc
    .array(
      fc.oneof(
        fc.constantFrom('<', '&', '"', ']]>', '\0', '\u001b', '\n', '\t', '\r', '\ud800', '\udc00', '\uffff', '😀'),
        fc.string({ unit: 'binary' }),
      ),
    )
    .map((parts) => parts.join(''));
  const readable = (text: string): string =>
    text.replaceAll(
      /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu,
      (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );

  property.prop([hostile, hostile])('is XML that gives every text back, whatever it holds', (name, message) => {
    const finding = { ...wrongStatus, title: message, message, evidence: { body: message } };
    const report = readXml(render([started, stageStarted, caseOf(name, 'failed', [finding]), stageFinished, finished]));
    const [testCase] = report.children[0]?.children.filter((child) => child.name === 'testcase') ?? [];
    expect(testCase?.attributes['name']).toBe(readable(name));
    expect(testCase?.children[0]?.attributes['message']).toBe(readable(message));
    expect(testCase?.children[0]?.text).toContain(readable(message));
  });
});
