import sys, time, math, tempfile, pickle
from pathlib import Path
from alerts.rules import load_rules
from console.desk_core import DeskCore, DeskTitle
from console.identity import Ids
from console.intents import *
from console.journal_keeper import JournalKeeper
from console.lockstep import LockStep
from console.playbook_desk import shipped_playbooks
from console.wire import MemoryWire
from feeds.journal import Journal
from simulators.scenario import load_scenario
from simulators.world import World
name, minutes = sys.argv[1], float(sys.argv[2])
sc=load_scenario(name)
world, journal = World(sc, 11), Journal()
core = DeskCore([s.id for s in sc.sites], load_rules(), shipped_playbooks(), mode="drill", title=DeskTitle("台","Desk"), ids=Ids("t"), journal=JournalKeeper(journal))
ls=LockStep(world, core, MemoryWire())
ls.begin()
t0=core._now
t=time.time()
while core._now-t0 < minutes*60: ls.step()
now=core._now
print('sim',time.time()-t, len(core._facts(now).sites()), 'queues', sum(len(core._facts(now).queues(s)) for s in core._facts(now).sites()))
facts=core._facts(now)
print('net load', facts.network('load'))
for s in facts.sites(): print(s, facts.categories(s), round(facts.value(s,None,'load'),2), facts.value(s,None,'waiting'), facts.value(s,None,'projected_sl_30m'))
print([ (a.rule,a.key,a.playbook) for a in core.engine.alerts() if a.state=='firing'][:20])
worst=max(((facts.value(s,q,'waiting'),f'{s}/{q}') for s in facts.sites() for q in facts.queues(s)), key=lambda p:p[0] if p[0]==p[0] else -1)
print(worst)
def show(o):
    p=o.preview
    if p is None: print(o.code,o.en); return
    print(p.playbook, dict(p.params), [w.en for w in p.refusals], [w.en for w in p.advice])
    for c in p.candidates: print('   ', c.site, c.spare, c.why_not and c.why_not.en, c.count, c.gain)
    if p.outlook:
        print('   gained',p.outlook.gained,p.outlook.worth,p.outlook.relieved)
        for pl in p.outlook.places:
            f=lambda b:[round(x[i],2) for i in (0,15,30) for x in (b.low,b.middle,b.high)]
            print('   ',pl.site,pl.category,pl.role,round(pl.without.answered,1),round(pl.planned.answered,1),'of',round(pl.without.offered))
            print('       wait',f(pl.without.wait_s)); print('       with',f(pl.planned.wait_s)); print('       sl',f(pl.without.level), f(pl.planned.level))
for b in [x for x in shipped_playbooks() if len(sys.argv)<4 or x.id in sys.argv[3:]]:
    for given in ([{'to':worst[1]},{'to':'auto'}] if b.id=='cross-site-move' else [{'queue':worst[1],'cap':50}] if b.id=='queue-cap' else [{'site':worst[1].split('/')[0]}]):
        core._facts  # fresh
        t=time.process_time(); w=time.time(); o=core.submit(AskPreview(b.id, given),'lin',now); print(b.id, 'ms',round((time.process_time()-t)*1e3,1),round((time.time()-w)*1e3,1)); show(o)
import cProfile,pstats
if 'prof' in sys.argv:
    pr=cProfile.Profile(); pr.enable(); core.submit(AskPreview('cross-site-move', {'to':worst[1]}),'lin',now); pr.disable(); pstats.Stats(pr).sort_stats('cumtime').print_stats(28)
if 'save' in sys.argv:
    o=core.submit(AskPreview('cross-site-move', {'to':worst[1]}),'lin',now); pickle.dump((o.preview, core.view(now)) , open('/tmp/opt_prev.pkl','wb'))
