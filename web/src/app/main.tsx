import './styles.ts'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { createConsole } from './console.ts'

const running = await createConsole()
createRoot(document.getElementById('root') as HTMLElement).render(<App running={running} />)
