// What the collector's container runs. Its settings are the mounted file plus what other containers put into the shared
// folder (compose profiles), and it starts anew when they change: Compose cannot say "with other settings" by itself.
//   start.js            run the collector
//   start.js health     whether it answers
//   start.js production write what the profile `production` needs
//   start.js demo       write what the profile `demo` needs
import { follow, isHealthy } from './follow.ts'
import { places } from './places.ts'
import { prepareDemo, prepareProduction } from './prepare.ts'

const [what = 'run'] = process.argv.slice(2)
try {
  if (what === 'run') process.exitCode = await follow(places(process.env))
  else if (what === 'health') process.exitCode = (await isHealthy(places(process.env))) ? 0 : 1
  else if (what === 'production') await prepareProduction(places(process.env))
  else if (what === 'demo') prepareDemo(places(process.env))
  else throw new Error(`${what}: run, health, production or demo`)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
