/** The public library: everything that a test suite of one's own needs, by name. */
export { TransportError, UserError } from './errors.js';
export type { Place, TransportErrorCode } from './errors.js';

export { ownProductArbitrary, productArbitrary, requestArbitrary } from './battery/arbitrary.js';
export { createBatteries, drawEnergy, stepBatteries, storedKwh, usableKwh } from './battery/batteries.js';
export type { Batteries } from './battery/batteries.js';
export { compileBatteryClass } from './battery/battery-class.js';
export type { BatteryClass } from './battery/battery-class.js';
export { batteryProducts, findBatteryProduct } from './battery/catalogue.js';
export type { BatteryPort, BatteryProduct } from './battery/product.js';

export { deviceArbitrary, missionArbitrary, telemetryArbitrary } from './device/arbitrary.js';
export type { TelemetryStream } from './device/arbitrary.js';
export type { ControllerSpec } from './device/controller.js';
export type { Delivery } from './device/delivery.js';
export type { DeviceSpec, FleetOptions } from './device/device-spec.js';
export { createFleet, stepFleet } from './device/fleet.js';
export type { Fleet } from './device/fleet.js';
export { describeMission, playMission } from './device/mission.js';
export type { Mission, MissionLeg, Reporting } from './device/mission.js';
export { randomStream } from './device/random.js';
export type { RandomStream } from './device/random.js';
export { playReports } from './device/reporter.js';
export type { ReportTimes } from './device/reporter.js';
export type { OfflineSpec, ReporterSpec } from './device/reporter-spec.js';
export type { SocMeterSpec } from './device/soc-meter.js';
export { deviceIdentity, deviceTruth, sampleFleet } from './device/take-records.js';
export type { DeviceTruth } from './device/take-records.js';
export type { TelemetrySample } from './device/telemetry.js';
export { ambientCelsius } from './device/weather.js';
export type { Weather } from './device/weather.js';

export { bodyArbitrary, negativeArbitrary } from './contract/arbitrary.js';
export type { BodyOptions, GeneratedBody } from './contract/arbitrary.js';
export { bodyFromValue, changeField } from './contract/body-text.js';
export type { BodyText } from './contract/body-text.js';
export type { Contract, OpenSettings, Violation } from './contract/contract.js';
export { negativesOf } from './contract/negative.js';
export type { NegativeOptions } from './contract/negative.js';
export { parseContract } from './contract/parse-contract.js';
export { positivesOf } from './contract/positive.js';
export { validRequest } from './contract/request-case.js';
export type { CaseBase, Deserved, OtherAccount, RawRequest, RequestCase } from './contract/request-case.js';
export { parseRfc3339, renderRfc3339 } from './contract/rfc3339.js';
export { fromWire, toWire } from './contract/telemetry.js';
export type { QuantityValues, WireBody } from './contract/telemetry.js';
export type { ApiError, DeviceState, DeviceStateReceipt, DeviceStateRecord, Token } from './contract/wire.js';

export { checkExchange } from './check/conformance.js';
export type { Expectation } from './check/conformance.js';
export type { Finding, Severity } from './check/finding.js';
export { checkReadBack } from './check/read-back.js';

export type { Credentials } from './http/client/credentials.js';
export { createClient } from './http/client/provider-client.js';
export type { ClientOptions, ProviderClient } from './http/client/provider-client.js';
export type { Exchange } from './http/exchange.js';
export type { AccountSetup, DeviceSetup } from './http/provider/accounts.js';
export { bugCatalogue } from './http/provider/bugs/catalogue.js';
export type { BugDescription } from './http/provider/bugs/bug.js';
export { parseFault } from './http/provider/fault.js';
export type { Fault } from './http/provider/fault.js';
export type { JournalEntry, ReceivedRequest } from './http/provider/journal.js';
export { startProvider } from './http/provider/provider.js';
export type { ProviderOptions, RunningProvider } from './http/provider/provider.js';
export { readContract } from './http/read-contract.js';

export { changeScenario } from './run/change-scenario.js';
export { check } from './run/check.js';
export type { CheckDeps, CheckInput } from './run/check.js';
export type { RunEvent } from './run/event.js';
export { record } from './run/record.js';
export type { RecordInput } from './run/record.js';
export { parseScenario } from './run/scenario/parse-scenario.js';
export { listScenarios, readScenario } from './run/scenario/read-scenario.js';
export type { Scenario } from './run/scenario/scenario.js';
export { simulateScenario, telemetryBody } from './run/simulate.js';
export type { SimulatedRow } from './run/simulate.js';
export { simulate } from './run/simulate-job.js';
export type { SimulateDeps, SimulateInput } from './run/simulate-job.js';
export { verify } from './run/verify.js';
export type { VerifyInput } from './run/verify.js';

export { renderJson } from './report/json.js';
export type { JsonReport } from './report/json.js';
export { renderJunit } from './report/junit.js';
export { addEvent, countsOf, emptySummary, findingsOf, outcomeOf, summarize } from './report/summary.js';
export type { Summary } from './report/summary.js';
