// outrider-agent enrol: not there yet, and says so.

/** Prints how to connect without enrolment; returns exit code 2. */
export function enrol(): number {
  console.error(`Enrolment comes with certificates and is not part of this version.
Until then: put this agent and a password under \`agents\` in collector.yaml, and the same id and password
under \`agent.id\` and \`broker.password\` in agent.yaml (a text, {fromEnv: NAME} or {fromFile: PATH}).
Then: outrider-agent check-config --config agent.yaml`)
  return 2
}
