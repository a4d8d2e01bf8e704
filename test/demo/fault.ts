// npm run demo:fault -- [NAME] [--undo]
import { askDemo } from './control.ts'

const name = process.argv.slice(2).find((a) => !a.startsWith('-')) ?? ''
const undo = process.argv.includes('--undo')

try {
  const answer = await askDemo(name, undo)
  if (name === '') {
    console.log('Faults of the running demo (npm run demo:fault -- NAME, then the same with --undo):\n')
    for (const [fault, title] of Object.entries(answer)) {
      const words = title as { en: string; 'zh-CN': string }
      console.log(`  ${fault.padEnd(16)} ${words.en}\n${' '.repeat(19)}${words['zh-CN']}`)
    }
  } else {
    console.log(`${undo ? 'Undone' : 'Injected'}: ${name}. The demo's terminal and the console show what follows.`)
    if (!undo) console.log(`Undo it with: npm run demo:fault -- ${name} --undo`)
  }
} catch (error) {
  console.error((error as Error).message)
  if (name !== '') console.error('List the faults with: npm run demo:fault')
  process.exitCode = 1
}
