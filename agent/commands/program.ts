// Name and version, as hello and the command line say them.
import packageFile from '../../package.json' with { type: 'json' }

export const PROGRAM = `outrider-agent/${packageFile.version}`
