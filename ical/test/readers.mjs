// What two readers of npm find in a calendar on standard input: each event's
// UID, start and end as UTC, summary and description; as JSON, a list a reader.
import { createRequire } from 'module';
import { readFileSync } from 'fs';

const require = createRequire(process.env.READERS + '/');
const text = readFileSync(0, 'utf8');

async function icalJs() {
    const { default: ICAL } = await import(require.resolve('ical.js'));
    const calendar = new ICAL.Component(ICAL.parse(text));
    for (const zone of calendar.getAllSubcomponents('vtimezone')) {
        ICAL.TimezoneService.register(new ICAL.Timezone(zone));
    }
    return calendar.getAllSubcomponents('vevent').map((component) => {
        const event = new ICAL.Event(component);
        return [event.uid, event.startDate.isDate, event.startDate.toJSDate().toISOString(),
            event.endDate.toJSDate().toISOString(), event.summary, event.description ?? ''];
    });
}

function nodeIcal() {
    const ical = require('node-ical');
    return Object.values(ical.sync.parseICS(text)).filter((item) => item.type === 'VEVENT').map((event) => [
        event.uid, event.datetype === 'date', event.start.toISOString(), event.end.toISOString(),
        event.summary, event.description ?? '']);
}

console.log(JSON.stringify([await icalJs(), nodeIcal()]));
