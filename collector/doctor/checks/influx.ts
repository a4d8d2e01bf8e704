// InfluxDB or VictoriaMetrics: answers, lets us in, has the bucket. Reads only.
import type { CollectorCheck } from '../doctor.ts'

export const influxCheck: CollectorCheck = {
  name: 'influx',
  async run({ config, machine }, signal) {
    const { influx } = config
    if (influx === undefined) return [{ id: 'influx-none' }]
    const { url, kind, bucket, token, username, password, caFile } = influx
    const base = url.replace(/\/$/, '')
    const ca = caFile === undefined ? {} : { ca: machine.read(caFile) }
    const login = username === undefined ? undefined : `${username}:${password?.reveal() ?? ''}`
    const authorization =
      token !== undefined
        ? `Token ${token.reveal()}`
        : login !== undefined
          ? `Basic ${Buffer.from(login).toString('base64')}`
          : undefined
    const headers = authorization === undefined ? {} : { authorization }
    const question =
      kind === 'influxdb'
        ? `${base}/query?db=${encodeURIComponent(bucket)}&q=${encodeURIComponent('SHOW MEASUREMENTS LIMIT 1')}`
        : `${base}/api/v1/query?query=1`
    const started = performance.now()
    const answer = await machine.get(question, { headers, ...ca }, signal).catch((error: Error) => error)
    const params = { url, bucket }
    if (answer instanceof Error) {
      const problem = (answer as NodeJS.ErrnoException).code ?? answer.message
      return [{ id: 'influx-unreachable', params: { ...params, problem } }]
    }
    const said = `${answer.status} ${answer.body.slice(0, 200)}`
    if (answer.status === 401 || answer.status === 403)
      return [{ id: 'influx-refuses', params: { ...params, problem: said } }]
    if (answer.status === 404 || /not found/i.test(answer.body))
      return [{ id: 'influx-no-bucket', params: { ...params, problem: said } }]
    if (answer.status >= 300) return [{ id: 'influx-unwell', params: { ...params, problem: said } }]
    return [{ id: 'influx-good', params: { ...params, ms: Math.round(performance.now() - started) } }]
  },
}
