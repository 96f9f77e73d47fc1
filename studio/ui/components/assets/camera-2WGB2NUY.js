function s(i,e={},...t){let r=document.createElement(i);for(let[n,o]of Object.entries(e)){if(o===void 0||o===!1)continue;let a=o===!0&&!n.startsWith("aria-");r.setAttribute(n,a?"":String(o))}return r.append(...t),r}function h(i,e,t={}){let r=s("button",{type:"button",class:"button",...t},i);return r.addEventListener("click",e),r}function m(i,e){i.textContent!==e&&(i.textContent=e)}var q=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function v(i){return q.format(i)}function E(i,e,t=`${e}s`){return`${v(i)} ${i===1?e:t}`}var L=`.side {
  display: grid;
  align-content: start;
  gap: 0.75rem;
  min-width: 0;
}
.count-row {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  justify-content: space-between;
  gap: 0.25rem 1rem;
}
.count {
  font-weight: 600;
  overflow-wrap: anywhere;
}
.recent {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(64px, 1fr));
  gap: 0.5rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.recent li {
  position: relative;
  min-width: 0;
}
.caption {
  display: block;
  overflow: hidden;
  color: var(--muted);
  font-size: 0.75rem;
  text-align: center;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.button.remove {
  position: absolute;
  top: 2px;
  right: 2px;
  min-height: 0;
  width: 1.6rem;
  height: 1.6rem;
  padding: 0;
  border: 1px solid rgba(255, 255, 255, 0.45);
  border-radius: 50%;
  background: rgba(0, 0, 0, 0.7);
  color: #ffffff;
  line-height: 1;
}
.button.remove:hover:not(:disabled) {
  background: #bd4043;
  color: #ffffff;
}
@media (hover: none) {
  .button.remove {
    width: 2rem;
    height: 2rem;
  }
}
`;var l=class extends Error{constructor(t,r,n,o){super(t);this.what=t;this.why=r;this.fix=n;this.status=o}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},M=new URL("../",import.meta.url),F=2e4,A="_streamlit_xsrf";function g(i,e={}){let t=new URL(i,M);for(let[r,n]of Object.entries(e))n!=null&&n!==""&&t.searchParams.set(r,String(n));return t.href}function V(){for(let i of document.cookie.split("; "))if(i.startsWith(`${A}=`))return i.slice(A.length+1);return""}async function G(){await fetch(new URL("../_stcore/health",M),{cache:"no-store"})}function W(i,e){try{let{error:t}=JSON.parse(e);if(t.what)return new l(t.what,t.why,t.fix,i)}catch{}return i>=500?new l(`The studio answered with status ${i}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",i):new l(`The studio answered with status ${i}.`,"The server did not say why.","Reload the page and try again.",i)}function C(){return new l("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function P(i,e,t){let r={};i!=="GET"&&(r["x-xsrftoken"]=V()),t.json!==void 0&&(r["content-type"]="application/json");let n=new AbortController,o=setTimeout(()=>n.abort(),F),a=()=>n.abort();t.signal?.addEventListener("abort",a),t.signal?.aborted&&n.abort();let d={method:i,headers:r,credentials:"same-origin",keepalive:t.keepalive??!1,signal:n.signal};t.json!==void 0?d.body=JSON.stringify(t.json):t.body&&(d.body=t.body);try{return await fetch(e,d)}catch(c){throw t.signal?.aborted?c:C()}finally{clearTimeout(o),t.signal?.removeEventListener("abort",a)}}async function b(i,e,t={}){let r=await P(i,e,t);if(r.status===403&&i!=="GET"&&(await G().catch(()=>{}),r=await P(i,e,t)),!r.ok)throw W(r.status,await r.text().catch(()=>""));return r}async function O(i,e,t={}){return await(await b("POST",i,{...t,json:e})).json().catch(()=>Promise.reject(C()))}function p(i){return i instanceof l?i:new l("The page could not finish this step.",i instanceof Error?i.message:String(i),"Reload the page; nothing that was saved is lost.",-1)}var D=`.studio {
  --ink: var(--st-text-color, #31333f);
  --paper: var(--st-background-color, #ffffff);
  --soft: var(--st-secondary-background-color, #f0f2f6);
  --line: var(--st-border-color, rgba(49, 51, 63, 0.2));
  --accent: var(--st-primary-color, #ff4b4b);
  --muted: color-mix(in srgb, var(--ink) 68%, var(--paper));
  --good: var(--st-green-text-color, #158237);
  --warn: var(--st-orange-text-color, #b35300);
  --bad: var(--st-red-text-color, #bd4043);
  --bad-soft: var(--st-red-background-color, rgba(255, 43, 43, 0.09));
  --radius: var(--st-base-radius, 0.5rem);
  box-sizing: border-box;
  width: 100%;
  min-width: 0;
  color: var(--ink);
  font-family: var(--st-font, "Source Sans", sans-serif);
  font-size: 0.95rem;
  line-height: 1.45;
  color-scheme: light;
  container-type: inline-size;
  -webkit-tap-highlight-color: transparent;
}
.studio[data-theme="dark"] {
  color-scheme: dark;
}
.studio *,
.studio *::before,
.studio *::after {
  box-sizing: border-box;
}
.studio p {
  margin: 0;
}
.studio :focus {
  outline: none;
}
.studio :focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
.studio [hidden] {
  display: none !important;
}
.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.4rem;
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--st-button-radius, var(--radius));
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  cursor: pointer;
  touch-action: manipulation;
  transition:
    border-color 0.12s,
    background-color 0.12s,
    color 0.12s;
}
@media (hover: hover) {
  .button:hover:not(:disabled) {
    border-color: var(--accent);
    color: color-mix(in srgb, var(--accent) 80%, var(--ink));
  }
}
.button:active:not(:disabled) {
  background: var(--soft);
}
.button:disabled {
  opacity: 0.45;
  cursor: default;
}
.button.primary {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent, #ffffff);
  font-weight: 600;
}
.button.primary:hover:not(:disabled) {
  background: color-mix(in srgb, var(--accent) 86%, black);
  color: var(--on-accent, #ffffff);
}
.button.quiet {
  border-color: transparent;
  background: transparent;
}
.button.quiet:hover:not(:disabled) {
  background: var(--soft);
}
.key {
  display: inline-block;
  min-width: 1.45em;
  padding: 0 0.3em;
  border: 1px solid var(--line);
  border-bottom-width: 2px;
  border-radius: 0.3rem;
  background: var(--paper);
  color: var(--muted);
  font-family: var(--st-code-font, monospace);
  font-size: 0.75em;
  line-height: 1.5;
  text-align: center;
}
.key.on-accent {
  border-color: currentColor;
  background: transparent;
  color: inherit;
  opacity: 0.85;
}
.field {
  min-width: 0;
  min-height: 2.4rem;
  padding: 0.35rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
textarea.field {
  width: 100%;
  resize: vertical;
}
.muted {
  color: var(--muted);
}
.small {
  font-size: 0.85rem;
}
.numbers {
  font-variant-numeric: tabular-nums;
}
.bar {
  position: relative;
  height: 0.5rem;
  overflow: hidden;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 12%, transparent);
}
.bar > div {
  width: 100%;
  height: 100%;
  border-radius: inherit;
  background: var(--accent);
  transform: scaleX(0);
  transform-origin: left;
  transition: transform 0.25s ease-out;
}
.notice {
  padding: 0.75rem 1rem;
  border-left: 3px solid var(--bad);
  border-radius: var(--radius);
  background: var(--bad-soft);
  overflow-wrap: anywhere;
}
.notice-what {
  font-weight: 600;
}
.notice-fix {
  margin-top: 0.25rem !important;
}
.notice-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  margin-top: 0.6rem;
}
.empty {
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.25rem;
  min-height: 8rem;
  padding: 1.5rem 1rem;
  border: 1px dashed var(--line);
  border-radius: var(--radius);
  color: var(--muted);
  text-align: center;
}
.empty strong {
  color: var(--ink);
  font-weight: 600;
}
.status {
  display: inline-flex;
  align-items: center;
  gap: 0.4rem;
  color: var(--muted);
  font-size: 0.85rem;
}
.status::before {
  content: "";
  flex: none;
  width: 0.5rem;
  height: 0.5rem;
  border-radius: 50%;
  background: currentColor;
}
.status[data-state="saved"] {
  color: var(--good);
}
.status[data-state="offline"],
.status[data-state="refused"] {
  color: var(--warn);
  font-weight: 600;
}
.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (prefers-reduced-motion: reduce) {
  .studio * {
    transition: none !important;
    animation: none !important;
  }
}
@media (hover: none) {
  .button .key {
    display: none;
  }
}
`;function j(i,e){let t=document.createElement("span");t.style.color=e,i.append(t);let r=getComputedStyle(t).color;t.remove();let n=r.match(/[\d.]+/g)?.map(Number)??[],o=r.startsWith("color(")?255:1;return[(n[0]??0)*o,(n[1]??0)*o,(n[2]??0)*o]}function $([i,e,t]){let r=n=>{let o=n/255;return o<=.04045?o/12.92:((o+.055)/1.055)**2.4};return .2126*r(i)+.7152*r(e)+.0722*r(t)}function T(i){let e=$(j(i,"var(--st-background-color, #ffffff)"))<.4;i.dataset.theme=e?"dark":"light";let t=$(j(i,"var(--st-primary-color, #ff4b4b)"));i.style.setProperty("--on-accent",1.05/(t+.05)>=3?"#ffffff":"#111111")}var K=50;function I(i,e){let t=new WeakMap;return r=>{let n=r.parentElement,o=t.get(n);if(o)T(o.host),o.instance.update(r);else{let c=document.createElement("style");c.textContent=D+i;let u=document.createElement("div");u.className="studio",n.append(c,u),T(u),o={host:u,style:c,instance:e(u,r),turn:0},t.set(n,o)}let a=o,d=++a.turn;return()=>{setTimeout(()=>{a.turn!==d||a.host.isConnected||(a.instance.dispose(),a.host.remove(),a.style.remove(),t.delete(n))},K)}}}function X(i,...e){let t=s("div",{class:"notice",role:"alert"},s("p",{class:"notice-what"},i.what),s("p",{},i.why),s("p",{class:"notice-fix"},i.fix));return e.length>0&&t.append(s("div",{class:"notice-actions"},...e.map(r=>h(r.label,()=>r.run())))),t}function f(i,e,...t){if(!e){i.firstElementChild&&i.replaceChildren();return}let r=[e.what,e.why,...t.map(n=>n.label)].join(`
`);i.firstElementChild&&i.dataset.content===r||(i.dataset.content=r,i.replaceChildren(X(e,...t)))}var y=class{root=s("span",{class:"status",role:"status",hidden:!0});show(e,t){this.root.hidden=e==="idle",this.root.dataset.state!==e&&(this.root.dataset.state=e),m(this.root,Y(e,t))}};function Y(i,e){return i==="saving"?"saving…":i==="saved"?"saved":i==="offline"?`offline, ${e} waiting`:i==="refused"?`not saved, ${e} waiting`:""}function _(i,e,t,r){f(i,e.state==="refused"?e.error:null,{label:"Try again",run:()=>e.retry()},{label:`Discard ${t}`,run:r})}var Q=500,Z=8e3,w=class extends Error{};async function B(i,e){for(let t=0;;t+=1){if(e.cancelled())throw new w;try{let r=await i();return e.trouble(null),r}catch(r){if(e.cancelled())throw new w;let n=p(r);if(!n.passing)throw n;await e.examine?.(),e.trouble(n),await ee(Math.min(Z,Q*2**t))}}}function ee(i){return new Promise(e=>setTimeout(e,i))}var te=3,H=200,re=24,ie=200,S=new Map,x=class i{constructor(e){this.upload=e}upload;state="idle";error=null;recent=[];onChange=()=>{};queue=[];saved=new Map;creating=null;sending=new Set;taken=0;static open(e){let t=e===null?void 0:S.get(e);if(t)return t;let r=new i(e);return e!==null&&S.set(e,r),r}get waiting(){return this.queue.length+this.sending.size}get counts(){return Object.fromEntries([...this.saved].filter(([,e])=>e>0))}get total(){return[...this.saved.values()].reduce((e,t)=>e+t,0)}count(e){let t=[...this.queue,...this.sending].filter(r=>r.class_name===e&&!r.removed);return(this.saved.get(e)??0)+t.length}add(e,t){this.taken+=1;let r=new Date().toISOString().slice(0,19).replaceAll(":","-"),n=`${ne(e)}/${r}-${this.taken}.jpg`,o={class_name:e,name:n,picture:t,saved:!1,removed:!1};return this.queue.push(o),this.recent.unshift(o),this.recent.splice(re),this.pump(),o}remove(e){e.removed=!0,this.forget(e);let t=this.queue.indexOf(e);t!==-1?this.queue.splice(t,1):e.saved&&this.erase(e),this.settle()}retry(){this.error=null,this.state="saving",this.pump()}discard(){for(let e of this.queue.splice(0))this.forget(e);this.error=null,this.settle()}pump(){for(;this.sending.size<te&&this.error===null;){let e=this.queue.shift();if(!e)break;this.send(e)}this.settle()}async send(e){this.sending.add(e);try{await this.persist(async()=>{let t=await this.create(),r=g(`uploads/${t}/files`,{name:e.name});await b("PUT",r,{body:e.picture})}),e.saved=!0,this.tally(e,1),e.removed&&this.erase(e)}catch(t){e.removed||this.queue.unshift(e),this.error=p(t)}this.sending.delete(e),this.pump()}async erase(e){this.tally(e,-1);let t=g(`uploads/${this.upload??""}/files`,{name:e.name});try{await this.persist(()=>b("DELETE",t))}catch(r){if(r instanceof l&&r.status===404)return;this.tally(e,1),this.error=p(r)}this.settle()}create(){return this.upload!==null?Promise.resolve(this.upload):(this.creating??=O(g("uploads"),{}).then(({upload:e})=>(this.upload=e,S.set(e,this),e)).finally(()=>{this.creating=null}),this.creating)}persist(e){return B(e,{cancelled:()=>!1,trouble:t=>{this.state=t?"offline":"saving",this.onChange()}})}forget(e){let t=this.recent.indexOf(e);t!==-1&&this.recent.splice(t,1)}tally(e,t){this.saved.set(e.class_name,(this.saved.get(e.class_name)??0)+t)}settle(){this.error?this.state="refused":this.waiting===0?this.state=this.taken>0?"saved":"idle":this.state!=="offline"&&(this.state="saving"),this.onChange()}};function ne(i){let e=i.replace(/[/\\]/g,"-").replace(/\p{C}/gu,"").trim().replace(/^\.+/,"-"),t=Array.from(e),r=new TextEncoder;for(;r.encode(t.join("")).length>ie;)t.pop();return t.join("")||"-"}var k=class{constructor(e){this.onLost=e;this.video=document.createElement("video"),this.video.muted=!0,this.video.playsInline=!0,this.video.setAttribute("aria-label","Live picture of the camera")}onLost;video;stream=null;turn=0;get live(){return this.stream!==null}get device(){return this.track?.getSettings().deviceId}get mirrored(){return this.track?.getSettings().facingMode!=="environment"}async start(e){this.stop();let t=++this.turn;if(!navigator.mediaDevices?.getUserMedia)throw oe();let r={width:{ideal:640},height:{ideal:480}},n=e?{deviceId:{exact:e}}:{facingMode:{ideal:"user"}},o;try{o=await navigator.mediaDevices.getUserMedia({video:{...r,...n}})}catch(a){throw ae(a)}if(t!==this.turn){for(let a of o.getTracks())a.stop();return!1}return this.stream=o,this.track?.addEventListener("ended",()=>{t===this.turn&&(this.stop(),this.onLost(se()))}),this.video.srcObject=o,await this.video.play().catch(()=>{}),t===this.turn}stop(){this.turn+=1;for(let e of this.stream?.getTracks()??[])e.stop();this.stream=null,this.video.srcObject=null}async devices(){return(await navigator.mediaDevices.enumerateDevices()).filter(({kind:t})=>t==="videoinput")}shoot(e){let{videoWidth:t,videoHeight:r}=this.video,n=Math.min(t,r);if(n===0)return Promise.resolve(null);let o=document.createElement("canvas");o.width=e,o.height=e;let a=o.getContext("2d");if(!a)return Promise.resolve(null);a.imageSmoothingQuality="high";let d=(t-n)/2,c=(r-n)/2;return a.drawImage(this.video,d,c,n,n,0,0,e,e),new Promise(u=>o.toBlob(u,"image/jpeg",.92))}get track(){return this.stream?.getVideoTracks()[0]}};async function U(){try{return(await navigator.permissions.query({name:"camera"})).state==="granted"}catch{return!1}}function oe(){return new l("The browser does not lend its camera to this page.",`It does so only over HTTPS, or where the address begins with localhost; this one is ${location.origin}.`,"Open the studio as localhost, on the machine it runs on or through an SSH tunnel; or put HTTPS before it.",-1)}function se(){return new l("The camera has stopped.","It was unplugged, or its permission was taken away.","Plug it in again, then start it again. The pictures taken so far are kept.",-1)}function ae(i){let e=i instanceof Error?i.name:"";return e==="NotAllowedError"||e==="SecurityError"?new l("This page may not use the camera.","The permission was refused, here or in the settings of the system.","Click the camera or the lock beside the address, allow the camera, then try again.",-1):e==="NotFoundError"||e==="OverconstrainedError"?new l("There is no camera.","The browser found none on this device.","Plug one in, then try again; or upload pictures from another device.",-1):e==="NotReadableError"||e==="AbortError"?new l("The camera does not start.","Another program is using it, or it is not ready.","Close other programs that show its picture, then try again.",-1):new l("The camera does not start.",i instanceof Error?i.message:String(i),"Try again, or choose another camera.",-1)}var N=`.camera {
  display: grid;
  gap: 1rem;
}
.camera-main {
  display: grid;
  gap: 0.6rem;
  justify-items: center;
}
.camera-main > *,
.camera .tools {
  width: min(100%, 360px);
}
.camera-main > div:empty,
.side > div:empty {
  display: none;
}
.view {
  position: relative;
  aspect-ratio: 1;
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--soft);
}
.view.live {
  background: #000000;
}
.view video {
  display: none;
  width: 100%;
  height: 100%;
  object-fit: cover;
}
.view.live video {
  display: block;
}
.view.mirrored video {
  transform: scaleX(-1);
}
.cover {
  position: absolute;
  inset: 0;
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.75rem;
  padding: 1.25rem;
  color: var(--muted);
  text-align: center;
}
.light {
  position: absolute;
  inset: 0;
  background: #ffffff;
  opacity: 0;
  pointer-events: none;
  animation: light 0.25s ease-out;
}
@keyframes light {
  from {
    opacity: 0.7;
  }
}
.badge {
  position: absolute;
  top: 0.6rem;
  left: 0.6rem;
  display: inline-flex;
  align-items: center;
  gap: 0.35rem;
  padding: 0.05rem 0.55rem;
  border-radius: 1rem;
  background: rgba(0, 0, 0, 0.65);
  color: #ffffff;
  font-weight: 600;
}
.badge::before {
  content: "";
  width: 0.6rem;
  height: 0.6rem;
  border-radius: 50%;
  background: #ff4b4b;
}
.tools {
  display: flex;
  gap: 0.5rem;
}
.tools .button {
  flex: 1 1 auto;
  white-space: nowrap;
}
.button.record {
  touch-action: none;
  user-select: none;
  -webkit-user-select: none;
  -webkit-touch-callout: none;
}
.button.record.on {
  border-color: var(--bad);
  background: var(--bad-soft);
  color: var(--bad);
}
.devices {
  min-height: 2.2rem;
  padding: 0.2rem 0.5rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
.camera .recent {
  grid-template-columns: repeat(auto-fill, minmax(80px, 1fr));
}
.shot {
  display: block;
  width: 100%;
  aspect-ratio: 1;
  border-radius: calc(var(--radius) * 0.75);
  background: #000000;
  object-fit: cover;
}
.recent li.waiting .shot {
  opacity: 0.55;
}
@container (min-width: 600px) {
  .camera {
    grid-template-columns: minmax(0, 360px) minmax(0, 1fr);
    gap: 1.5rem;
  }
  .camera-main {
    justify-items: stretch;
  }
}
`;var de=100,ce=1e3,ue="The browser asks whether it may. Pictures go to this studio and nowhere else.",R=class{args;album;recording;recorded=0;starting=!1;paused=!1;reported="";reportTimer;urls=new Map;items=new Map;lens=new k(e=>this.failed(e));view=s("div",{class:"view",tabindex:0,role:"group","aria-label":"Camera"});cover=s("div",{class:"cover"});startButton=h("Start the camera",()=>{this.start()},{class:"button primary"});badge=s("span",{class:"badge numbers",hidden:!0});takeButton=h("Take a picture",()=>{this.take()},{class:"button primary","aria-keyshortcuts":"Space",title:"Space"});recordButton=h("Hold to record",()=>{},{class:"button record",title:"Takes about ten pictures a second while it is held"});devices=s("select",{class:"devices","aria-label":"Camera",hidden:!0});lensPlace=s("div");savePlace=s("div");countLine=s("p",{class:"count","aria-live":"polite"});status=new y;others=s("p",{class:"muted small numbers"});recent=s("ul",{class:"recent","aria-label":"Latest pictures"});onVisibility=()=>this.visibility();onBlur=()=>this.stopRecording();onUnload=e=>{this.album.waiting>0&&e.preventDefault()};constructor(e,t){this.args=t,this.album=this.openAlbum(t.data.upload),this.view.append(this.lens.video,this.cover,this.badge),this.takeButton.append(s("kbd",{class:"key on-accent","aria-hidden":!0},"Space")),this.devices.addEventListener("change",()=>{this.start(this.devices.value)}),e.append(s("div",{class:"camera"},s("div",{class:"camera-main"},this.view,s("div",{class:"tools"},this.takeButton,this.recordButton),this.devices,this.lensPlace),s("section",{class:"side","aria-label":"Pictures"},s("div",{class:"count-row"},this.countLine,this.status.root),this.others,this.savePlace,this.recent))),this.listenForHolding(),e.addEventListener("keydown",r=>this.key(r)),document.addEventListener("visibilitychange",this.onVisibility),addEventListener("blur",this.onBlur),addEventListener("beforeunload",this.onUnload),this.refresh(),U().then(r=>{r&&e.isConnected&&this.start()})}update(e){let{class_name:t,upload:r}=e.data;t!==this.args.data.class_name&&this.stopRecording();let n=r!==null&&r!==this.args.data.upload&&r!==this.album.upload;this.args=e,n&&(this.album.onChange=()=>{},this.album=this.openAlbum(r),this.reported=""),this.refresh()}dispose(){this.stopRecording(),this.lens.stop(),clearTimeout(this.reportTimer),this.album.onChange=()=>{};for(let e of this.urls.values())URL.revokeObjectURL(e);document.removeEventListener("visibilitychange",this.onVisibility),removeEventListener("blur",this.onBlur),removeEventListener("beforeunload",this.onUnload)}openAlbum(e){let t=x.open(e);return t.onChange=()=>this.refresh(),t}async start(e){this.starting=!0,this.paused=!1,f(this.lensPlace,null),this.refresh();try{if(!await this.lens.start(e))return;this.starting=!1,this.refresh(),this.view.focus({preventScroll:!0}),await this.offerDevices()}catch(t){this.failed(p(t))}}async offerDevices(){let e=await this.lens.devices();this.devices.hidden=e.length<2,this.devices.replaceChildren(...e.map(({deviceId:t,label:r},n)=>s("option",{value:t},r||`Camera ${n+1}`))),this.devices.value=this.lens.device??""}failed(e){this.starting=!1,this.stopRecording(),f(this.lensPlace,e,{label:"Try again",run:()=>{this.start()}}),this.refresh()}visibility(){document.hidden&&(this.lens.live||this.starting)?(this.stopRecording(),this.lens.stop(),this.starting=!1,this.paused=!0,this.refresh()):!document.hidden&&this.paused&&this.start(this.devices.value||void 0)}async take(){let{class_name:e,size:t}=this.args.data;if(!this.ready||e===null)return;let r=await this.lens.shoot(t);r&&(this.album.add(e,r),this.recording===void 0&&this.flash())}get ready(){return this.lens.live&&this.args.data.class_name!==null}flash(){let e=s("div",{class:"light"});e.addEventListener("animationend",()=>e.remove()),this.view.querySelector(".light")?.remove(),this.view.append(e)}listenForHolding(){let e=this.recordButton;e.addEventListener("pointerdown",t=>{t.button===0&&(e.setPointerCapture(t.pointerId),this.startRecording())}),e.addEventListener("contextmenu",t=>t.preventDefault());for(let t of["pointerup","pointercancel","lostpointercapture","blur"])e.addEventListener(t,()=>this.stopRecording());e.addEventListener("keydown",t=>{t.code!=="Space"&&t.code!=="Enter"||(t.preventDefault(),t.repeat||this.startRecording())}),e.addEventListener("keyup",()=>this.stopRecording())}startRecording(){if(!this.ready||this.recording!==void 0)return;this.recorded=0;let e=()=>{this.album.waiting>=H||(this.recorded+=1,this.take())};this.recording=setInterval(e,de),e(),this.refresh()}stopRecording(){this.recording!==void 0&&(clearInterval(this.recording),this.recording=void 0,this.refresh())}key(e){e.stopPropagation();let t=e.composedPath()[0],r=t instanceof HTMLButtonElement||t instanceof HTMLSelectElement;e.code!=="Space"||r||e.ctrlKey||e.metaKey||e.altKey||(e.preventDefault(),e.repeat||this.take())}refresh(){let{class_name:e}=this.args.data,{state:t,waiting:r}=this.album,n=this.recording!==void 0;this.takeButton.disabled=!this.ready||n,this.recordButton.disabled=!this.ready,this.recordButton.classList.toggle("on",n),m(this.recordButton,n?"Recording…":"Hold to record"),this.badge.hidden=!n,m(this.badge,v(this.recorded)),this.view.classList.toggle("live",this.lens.live),this.view.classList.toggle("mirrored",this.lens.mirrored),this.refreshCover(),m(this.countLine,e===null?"Choose a class to take pictures of.":`${e}: ${E(this.album.count(e),"picture")}`);let o=Object.entries(this.album.counts).filter(([a])=>a!==e);m(this.others,o.map(([a,d])=>`${a} ${v(d)}`).join(" · ")),this.others.hidden=o.length===0,this.status.show(t,r),_(this.savePlace,this.album,E(r,"picture"),()=>this.album.discard()),this.showRecent(),this.planReport()}refreshCover(){if(this.cover.hidden=this.lens.live,this.lens.live)return;let e=this.lensPlace.childElementCount>0,t=ue;this.starting?t="Starting the camera…":this.paused?t="Paused while this page is hidden.":e&&(t="No picture."),this.startButton.hidden=this.starting||this.paused||e,this.cover.replaceChildren(this.startButton,s("p",{class:"small"},t))}showRecent(){let e=new Set(this.album.recent);for(let[t,r]of this.items)e.has(t)||(r.remove(),this.items.delete(t),URL.revokeObjectURL(this.urls.get(t)??""),this.urls.delete(t));this.album.recent.forEach((t,r)=>{let n=this.items.get(t)??this.thumbnail(t);this.recent.children[r]!==n&&this.recent.insertBefore(n,this.recent.children[r]??null),n.classList.toggle("waiting",!t.saved)})}thumbnail(e){let t=URL.createObjectURL(e.picture),r=`picture of ${e.class_name}`,n=h("×",()=>this.album.remove(e),{class:"button remove","aria-label":`Remove this ${r}`,title:"Remove"}),o=s("li",{},s("img",{class:"shot",src:t,alt:r}),s("span",{class:"caption",title:e.class_name},e.class_name),n);return this.urls.set(e,t),this.items.set(e,o),o}planReport(){clearTimeout(this.reportTimer);let{upload:e,counts:t,total:r,state:n}=this.album;if(e===null||n!=="saved"||this.recording!==void 0)return;let o={upload:e,counts:t,total:r},a=JSON.stringify(o);a!==this.reported&&(this.reportTimer=setTimeout(()=>{this.reported=a,this.args.setStateValue("shots",o)},ce))}},qe=I(L+N,(i,e)=>new R(i,e));export{qe as default};
