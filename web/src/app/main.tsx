import './styles.ts'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { createConsole } from './console.ts'

// Zod asks whether code may be made of text, and the answer is a report against our own policy
const shared = globalThis as { __zod_globalConfig?: { jitless?: boolean } }
shared.__zod_globalConfig = Object.assign(shared.__zod_globalConfig ?? {}, { jitless: true })

const running = await createConsole()
createRoot(document.getElementById('root') as HTMLElement).render(<App running={running} />)
