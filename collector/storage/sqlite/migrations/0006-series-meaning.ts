// What device profiles say of a series: names, limits, severities of its states.
export const name = '0006-series-meaning'

export const statements = ['alter table series add column meaning text']
