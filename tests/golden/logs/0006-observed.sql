PRAGMA application_id = 1396787009;
PRAGMA user_version = 0;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE definitions (
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	content_hash TEXT NOT NULL, 
	document TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	create_time INTEGER NOT NULL, 
	deprecate_time INTEGER, 
	CONSTRAINT definitions_pk PRIMARY KEY (namespace, name, version)
)
 STRICT

;
INSERT INTO "definitions" VALUES('default','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"abc","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p"},{"action":"act","id":"c","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','diamond',1,'42b0b5421710644539bb607acd97781f1cf639e46d299f75f4c16b97c98605d2','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"diamond","output":{"n":"${steps.d.output.n}","who":"${input.who}"},"retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p"},{"action":"act","after":["a"],"id":"c","participant":"p"},{"action":"act","after":["b","c"],"id":"d","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"pivoted","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","kind":"STEP_KIND_PIVOT","participant":"p"},{"action":"act","id":"c","kind":"STEP_KIND_RETRYABLE","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','quick',1,'1dd59dc527af777a068861788d540e06389353e9c6efcf15e44365430c545d0c','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"quick","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p"}],"timeout":"10s","version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','impatient',1,'9edcd0b4257574464086d79caf903635f38e2ef83febd55e00f789fc3ebd9a13','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"impatient","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"p","pending_poll_interval":"10s","pending_timeout":"30s"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','forgetful',1,'3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"forgetful","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","participant":"forgetful"}],"version":1}','{"forgetful":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":false}},"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','unresolved',1,'1ca717dc89f3875fc8cc4e19926aae40b335402061cd6bc47616b073ac51c4d9','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"unresolved","retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"},{"action":"act","id":"b","input":{"x":"${steps.a.output.missing}"},"participant":"p"},{"action":"act","after":["a"],"id":"c","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"elsewhere","retry":{"initial_backoff":"1s","max_attempts":99,"max_backoff":"1s"},"steps":[{"action":"act","id":"far","participant":"q"}],"version":1}','{"q":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','mute',1,'099f0c5ee322c53f1bd3fc73dee336d59fdf042d5c7301ca424efc5915189aec','{"compensation_retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"name":"mute","output":{"x":"${steps.a.output.missing}"},"retry":{"initial_backoff":"1s","max_attempts":3,"max_backoff":"1s"},"steps":[{"action":"act","id":"a","participant":"p"}],"version":1}','{"p":{"act":{"compensatable":true,"deduplication_retention":34560000000000,"effect_free":false,"stable_replies":true}}}',1800000000000000,NULL);
INSERT INTO "definitions" VALUES('default','shop',1,'eae1f4871032af0935c8f5b3a418452574fcf5e5510c709af533c70caada4be4','{"choreography":{"progress_timeout":"30s","services":[{"participant":"order","reactions":[{"consumes":"com.example.payment.made.v1","effect_free":true,"name":"accept"},{"consumes":"com.example.stock.rejected.v1","effect_free":true,"name":"refuse"},{"consumes":"com.example.stock.released.v1","effect_free":true,"name":"cancel"}],"starts":["com.example.order.created.v1"]},{"participant":"stock","reactions":[{"announces":"com.example.stock.released.v1","compensates_on":["com.example.payment.failed.v1"],"completes":"com.example.stock.reserved.v1","consumes":"com.example.order.created.v1","name":"reserve","rejects":"com.example.stock.rejected.v1"}]},{"participant":"payment","reactions":[{"completes":"com.example.payment.made.v1","consumes":"com.example.stock.reserved.v1","name":"pay","rejects":"com.example.payment.failed.v1"}]}]},"name":"shop","version":1}','{}',1800000000000000,NULL);
CREATE TABLE events (
	uid BLOB NOT NULL, 
	sequence INTEGER NOT NULL, 
	append_id BLOB, 
	type TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	time INTEGER NOT NULL, 
	data TEXT NOT NULL, 
	CONSTRAINT events_pk PRIMARY KEY (uid, sequence), 
	CONSTRAINT events_saga FOREIGN KEY(uid) REFERENCES sagas (uid)
)
 STRICT

;
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',1,X'D1C427103C344C4189EB2F1E7BD5D47E','SagaStarted',3,1800000000000000,'{"definition_name":"diamond","definition_version":1,"definition_hash":"42b0b5421710644539bb607acd97781f1cf639e46d299f75f4c16b97c98605d2","input":{"json":"{\"who\": \"Zo\\u00eb\"}"},"timeout_time":1800086400000000,"labels":{"shop":"north"},"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","trace_origin":"b7ad6b7169203330"}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',2,NULL,'StepIntended',1,1800000000000000,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',3,X'6110E5781BCCCEA696762E6116C6E9C9','StepCompleted',1,1800000000000000,'{"step_id":"a","output":{"binary":"AP8=","content_type":"image/png","metadata":{"colour":"none"}},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',4,NULL,'StepIntended',1,1800000000000000,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',5,NULL,'StepIntended',1,1800000000000000,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',6,X'E66CB0E4B2B3F4D58D82CA6386D2C96E','StepCompleted',1,1800000000000000,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',7,X'433D2E44FED8B6B8357E44CD3129903A','StepCompleted',1,1800000000000000,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',8,NULL,'StepIntended',1,1800000000000000,'{"step_id":"d","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',9,X'1F8F2B1A39F3C3E693114351DCBED407','StepCompleted',1,1800000000000000,'{"step_id":"d","output":{"json":"{\"n\": 7}"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C500073868D613E30D8F16ADF',10,NULL,'SagaCompleted',1,1800000000000000,'{"output":{"json":"{\"n\":7,\"who\":\"Zoë\"}"}}');
INSERT INTO "events" VALUES(X'01A3185C50007198B06C144A025B413F',1,X'CF999661F967BDAFDF0E7337420C13F8','SagaStarted',3,1800000000000001,'{"definition_name":"mute","definition_version":1,"definition_hash":"099f0c5ee322c53f1bd3fc73dee336d59fdf042d5c7301ca424efc5915189aec","input":{"json":"{}"},"timeout_time":1800086400000001}');
INSERT INTO "events" VALUES(X'01A3185C50007198B06C144A025B413F',2,NULL,'StepIntended',1,1800000000000001,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007198B06C144A025B413F',3,X'87376F07BCB81287FDC8C0388FE881C3','StepCompleted',1,1800000000000001,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C50007198B06C144A025B413F',4,NULL,'SagaCompleted',1,1800000000000001,'{"failure":{"reason":"OUTPUT_UNRESOLVED","message":"the output does not resolve: x, column 1: null has no ''missing''"}}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',1,X'3DF245ADA90802389A78CDC29492A875','SagaStarted',3,1800000000000002,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086400000002}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',2,NULL,'StepIntended',1,1800000000000002,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',3,X'D9892FED75598005BAC48A6A9E826BD6','StepCompleted',1,1800000000000002,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',4,NULL,'StepIntended',1,1800000000000002,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',5,X'3F9E9919878D972F9A451DA1305317FE','ExecuteAttemptFailed',1,1800000000000002,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000000922190}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',6,X'D46D44E5A833B3B84E0F27F9F7A910B6','ExecuteAttemptFailed',1,1800000000922190,'{"step_id":"b","attempt":2,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000001665336}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',7,X'5CE301E94A2599ABF5FD99301D8FA94D','StepCompleted',1,1800000001665336,'{"step_id":"b","output":{},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',8,NULL,'StepIntended',1,1800000001665336,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',9,X'1631D67FDF64A0D8A5B4DFF0C5475A81','StepCompleted',1,1800000001665336,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C50007B1A987FD2803BAB6C39',10,NULL,'SagaCompleted',1,1800000001665336,'{}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',1,X'58AF22CCBD6C7F67757B106AAFA12CAA','SagaStarted',3,1800000001665337,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086401665337}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',2,NULL,'StepIntended',1,1800000001665337,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',3,X'4F137E8CD7B9FAE1A77AFAB3D84B9DC6','StepCompleted',1,1800000001665337,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',4,NULL,'StepIntended',1,1800000001665337,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',5,X'16CA5F700608ECA9153D28821562A11B','ExecuteAttemptFailed',1,1800000001665337,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000002040040}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',6,X'FC8D5C7D438A96BB86399207685D2578','ExecuteAttemptFailed',1,1800000002040040,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000002433295}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',7,X'8DE3DA970D560394E3F2C264D806ACA5','StepCompleted',1,1800000002433295,'{"step_id":"b","output":{},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',8,NULL,'StepIntended',1,1800000002433295,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',9,X'FB5F69FB4D3226033D0141C531811333','ExecuteAttemptFailed',1,1800000002433295,'{"step_id":"c","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000002935533}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',10,X'298A868322F9045811E7D4F31834F3D8','StepCompleted',1,1800000002935533,'{"step_id":"c","output":{},"attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C56817E65BE2434E37AF027BC',11,NULL,'SagaCompleted',1,1800000002935533,'{}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',1,X'CBCEE39B859205F57FF8B9BA41277601','SagaStarted',3,1800000002935534,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086402935534}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',2,NULL,'StepIntended',1,1800000002935534,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',3,X'870461DB595D0BD237B363F437AADCE2','StepCompleted',1,1800000002935534,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',4,NULL,'StepIntended',1,1800000002935534,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',5,X'8F7D16219919C884698003C72C26B58F','ExecuteAttemptFailed',1,1800000002935534,'{"step_id":"b","attempt":1,"failure":{"code":"ABORTED","reason":"IN_PROGRESS","message":"a test said ABORTED"},"retry_time":1800000003448033,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',6,X'6C575F5DFA79EB91963CED8D08AD2833','ExecuteAttemptFailed',1,1800000003448033,'{"step_id":"b","attempt":2,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000003929134,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',7,X'AFB9176A08909858A8DB670002BFD989','ExecuteAttemptFailed',1,1800000003929134,'{"step_id":"b","attempt":3,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000004742485,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',8,X'041C9099425E29070444F8CD2C65C73A','ExecuteAttemptFailed',1,1800000004742485,'{"step_id":"b","attempt":4,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000005073622,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',9,X'8C307317977E66CCD33E108DEE950ECC','ExecuteAttemptFailed',1,1800000005073622,'{"step_id":"b","attempt":5,"failure":{"code":"ABORTED","reason":"IN_PROGRESS"},"retry_time":1800000005254405,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',10,X'EED18DF1012B51AC263D091212D54E15','StepCompleted',1,1800000005254405,'{"step_id":"b","output":{},"attempt":6}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',11,NULL,'StepIntended',1,1800000005254405,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',12,X'40AA0FC184226EC16A81FC47031DE33F','StepCompleted',1,1800000005254405,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB',13,NULL,'SagaCompleted',1,1800000005254405,'{}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',1,X'88C2CB119A55DF2AEB37DD28EFD75541','SagaStarted',3,1800000005254406,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086405254406}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',2,NULL,'StepIntended',1,1800000005254406,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',3,X'128C0B2B0AA41AA87DB8DD45639EF0A5','StepCompleted',1,1800000005254406,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',4,NULL,'StepIntended',1,1800000005254406,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',5,X'23B56E525E351A7FAB0E49793F993B1D','StepCompleted',1,1800000005254406,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',6,NULL,'StepIntended',1,1800000005254406,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',7,X'8553C16BE0F5D3CB0C58233021DE2742','StepRejected',1,1800000005254406,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',8,NULL,'CompensationStarted',1,1800000005254406,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',9,NULL,'CompensationIntended',1,1800000005254406,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',10,X'EAF5968218850BFAA7FC8635B82B2FF7','StepCompensated',1,1800000005254406,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',11,NULL,'CompensationIntended',1,1800000005254406,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',12,X'E8555405951CB239F5C49204CD75B665','StepCompensated',1,1800000005254406,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867A50982C18C92F429CE5',13,NULL,'SagaCompensated',1,1800000005254406,'{}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',1,X'A77C9D81DEED9CAD43EB396DCD99718B','SagaStarted',3,1800000005254407,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086405254407}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',2,NULL,'StepIntended',1,1800000005254407,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',3,X'F11B1BFAEF8FC0F940437AA106553DCC','StepCompleted',1,1800000005254407,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',4,NULL,'StepIntended',1,1800000005254407,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',5,X'EC021E86578404A624F9DB073D091865','StepFailed',1,1800000005254407,'{"step_id":"b","kind":"PERMANENT","failure":{"code":"INVALID_ARGUMENT","reason":"FIELD_INVALID","message":"a test said INVALID_ARGUMENT"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',6,NULL,'CompensationStarted',1,1800000005254407,'{"cause":"FAILED","failure":{"code":"INVALID_ARGUMENT","reason":"FIELD_INVALID","message":"a test said INVALID_ARGUMENT"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',7,NULL,'CompensationIntended',1,1800000005254407,'{"step_id":"b","outcome":"UNKNOWN"}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',8,X'F737EAA88ECC85A1CDF4216D898A0C0F','StepCompensated',1,1800000005254407,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',9,NULL,'CompensationIntended',1,1800000005254407,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',10,X'3F434E363D0323E0030A250C945A6F4E','StepCompensated',1,1800000005254407,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867461B21754EF2904ACEC',11,NULL,'SagaCompensated',1,1800000005254407,'{}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',1,X'E96F6CBE90478028EF438A6A97F49F90','SagaStarted',3,1800000005254408,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086405254408}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',2,NULL,'StepIntended',1,1800000005254408,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',3,X'20C32B02832B8B8FEFA7F3E0971DBCD9','StepCompleted',1,1800000005254408,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',4,NULL,'StepIntended',1,1800000005254408,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',5,X'08D052F629AE9BE65CE8FD91D86DFA75','ExecuteAttemptFailed',1,1800000005254408,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000006073822}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',6,X'4FDC3AB4AF7D7A9FC88C45820E949409','ExecuteAttemptFailed',1,1800000006073822,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000007047597}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',7,X'B54A95AC2F5585E5BFD1D56ECC996697','StepFailed',1,1800000007047597,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',8,NULL,'CompensationStarted',1,1800000007047597,'{"cause":"ATTEMPTS_EXHAUSTED","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',9,NULL,'CompensationIntended',1,1800000007047597,'{"step_id":"b","outcome":"UNKNOWN"}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',10,X'4B317CAAFC01DB63226BCB4B302E0D81','StepCompensated',1,1800000007047597,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',11,NULL,'CompensationIntended',1,1800000007047597,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',12,X'509622DF86C0FE66B55051E681AA0648','StepCompensated',1,1800000007047597,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C64867C41B07534FEEACC110E',13,NULL,'SagaCompensated',1,1800000007047597,'{}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',1,X'C8153790460D5FC8B1BD9822ECF8CE56','SagaStarted',3,1800000007047598,'{"definition_name":"unresolved","definition_version":1,"definition_hash":"1ca717dc89f3875fc8cc4e19926aae40b335402061cd6bc47616b073ac51c4d9","input":{"json":"{}"},"timeout_time":1800086407047598}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',2,NULL,'StepIntended',1,1800000007047598,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',3,X'C5AA3B447916A9AC3E01AE18D69373D6','StepCompleted',1,1800000007047598,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',4,NULL,'StepBlocked',1,1800000007047598,'{"step_id":"b","failure":{"reason":"INPUT_UNRESOLVED","message":"the input of step ''b'' does not resolve: x, column 1: null has no ''missing''"}}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',5,NULL,'StepIntended',1,1800000007047598,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',6,NULL,'CompensationStarted',1,1800000007047598,'{"cause":"FAILED","failure":{"reason":"INPUT_UNRESOLVED","message":"the input of step ''b'' does not resolve: x, column 1: null has no ''missing''"},"step_id":"b","struck":["c"]}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',7,NULL,'CompensationIntended',1,1800000007047598,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',8,X'2A0B19EA5785E4E1390873D6F673E6AF','StepCompensated',1,1800000007047598,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093',9,NULL,'SagaCompensated',1,1800000007047598,'{}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',1,X'3516B8B935AF570A9D9AAD152B670D22','SagaStarted',3,1800000007047599,'{"definition_name":"forgetful","definition_version":1,"definition_hash":"3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e","input":{"json":"{}"},"timeout_time":1800086407047599}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',2,NULL,'StepIntended',1,1800000007047599,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',3,X'D97E36E94D0CC8896B158536A24C9C44','StepCompleted',1,1800000007047599,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',4,NULL,'StepIntended',1,1800000007047599,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',5,X'807054D700C45A416C533C5E39FABE56','ExecuteAttemptFailed',1,1800000007047599,'{"step_id":"b","attempt":1,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000007647807}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',6,X'4C999E9A45EC8FC7407E4DF4025C11B7','StepFailed',1,1800000007647807,'{"step_id":"b","kind":"REJECTED_UNCONFIRMED","failure":{"reason":"REFUSED","message":"no"},"attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',7,NULL,'CompensationStarted',1,1800000007647807,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',8,NULL,'CompensationIntended',1,1800000007647807,'{"step_id":"b","outcome":"UNKNOWN"}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',9,X'1F82198DBE4F2FC52FC4B11AA9181B52','StepCompensated',1,1800000007647807,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',10,NULL,'CompensationIntended',1,1800000007647807,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',11,X'8F35BDDD6B78C1FDEFFFC1C91A50B725','StepCompensated',1,1800000007647807,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6B8770B8BC11654988534206',12,NULL,'SagaCompensated',1,1800000007647807,'{}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',1,X'A32D19ED9434C76010719F13E6BC1E92','SagaStarted',3,1800000007647808,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086407647808}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',2,NULL,'StepIntended',1,1800000007647808,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',3,X'822EE3904920ED14B168C6F330004844','StepCompleted',1,1800000007647808,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',4,NULL,'StepIntended',1,1800000007647808,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',5,X'F680C7885E34D1ECFFD1431DB75D3075','StepCompleted',1,1800000007647808,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',6,NULL,'StepIntended',1,1800000007647808,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',7,X'A862B60B329DE8D35C7BB54B28732B03','StepRejected',1,1800000007647808,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',8,NULL,'CompensationStarted',1,1800000007647808,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',9,NULL,'CompensationIntended',1,1800000007647808,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',10,X'9364DD697C5B771D61997CD3F14B93E2','CompensateAttemptFailed',1,1800000007647808,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000007662356}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',11,X'D60E3896F58BC76BD7217A299B38951D','CompensateAttemptFailed',1,1800000007662356,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000008447868}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',12,X'B62853D8B556531A3AE6626F48DB27E9','StepCompensated',1,1800000008447868,'{"step_id":"b","attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',13,NULL,'CompensationIntended',1,1800000008447868,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',14,X'7329FD8A19D2C2E894647FD12321454B','CompensateAttemptFailed',1,1800000008447868,'{"step_id":"a","attempt":1,"failure":{"code":"ABORTED","reason":"IN_PROGRESS","message":"a test said ABORTED"},"retry_time":1800000009254355,"used":false,"in_progress":true}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',15,X'453B26351FC3ECA686324251FF8C240A','StepCompensated',1,1800000009254355,'{"step_id":"a","attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6',16,NULL,'SagaCompensated',1,1800000009254355,'{}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',1,X'9FDAB898C7FCFB51F40229737C352A64','SagaStarted',3,1800000009254356,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086409254356}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',2,NULL,'StepIntended',1,1800000009254356,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',3,X'EB751E10ABE26E102B0FD4E9A6D13D51','StepCompleted',1,1800000009254356,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',4,NULL,'StepIntended',1,1800000009254356,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',5,X'9E3D821C001E0440EAE71637D7A5FEC8','StepCompleted',1,1800000009254356,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',6,NULL,'StepIntended',1,1800000009254356,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',7,X'EE5BFC8ACDF01BDE04352DB0D9250B78','StepRejected',1,1800000009254356,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',8,NULL,'CompensationStarted',1,1800000009254356,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',9,NULL,'CompensationIntended',1,1800000009254356,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',10,X'3572A68AAECC3435D698AC4E3DD0FF32','CompensateAttemptFailed',1,1800000009254356,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000009513441}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',11,X'8193BEFB6065D7C0A4B8A97212402A17','CompensateAttemptFailed',1,1800000009513441,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000009794227}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',12,X'E066F663EAF872F7656A894E9566820A','CompensationFailed',1,1800000009794227,'{"step_id":"b","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB',13,NULL,'SagaStuck',1,1800000009794227,'{"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"step_id":"b","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',1,X'98B0DDEB90E9844D34E7EF3EDEDF9655','SagaStarted',3,1800000009794228,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086409794228}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',2,NULL,'StepIntended',1,1800000009794228,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',3,X'6A2B849CA5633894BAC1BCCE52009198','StepCompleted',1,1800000009794228,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',4,NULL,'StepIntended',1,1800000009794228,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',5,X'0B59EACE6C02673E65A3DA66A10E8412','StepCompleted',1,1800000009794228,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',6,NULL,'StepIntended',1,1800000009794228,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',7,X'51D6AABAC2B43B1355F28105B466A8A2','StepRejected',1,1800000009794228,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',8,NULL,'CompensationStarted',1,1800000009794228,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',9,NULL,'CompensationIntended',1,1800000009794228,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',10,X'4DF7F35B195B467EF08705782990D6DC','StepCompensated',1,1800000009794228,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',11,NULL,'CompensationIntended',1,1800000009794228,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',12,X'115B1AC7D60984CB7CF0FD538E48BD13','CompensationFailed',1,1800000009794228,'{"step_id":"a","failure":{"code":"FAILED_PRECONDITION","reason":"BARRIER_ROW_MISSING","message":"a test said FAILED_PRECONDITION"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C764274BC9439C746D8DDD2EF',13,NULL,'SagaStuck',1,1800000009794228,'{"failure":{"code":"FAILED_PRECONDITION","reason":"BARRIER_ROW_MISSING","message":"a test said FAILED_PRECONDITION"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',1,X'D22222FC88D83B24381C51D2586694DD','SagaStarted',3,1800000009794229,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086409794229}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',2,NULL,'StepIntended',1,1800000009794229,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',3,X'D3565C1BD24196B57EFBAC835B30AED5','StepCompleted',1,1800000009794229,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',4,NULL,'StepIntended',1,1800000009794229,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',5,X'7560CDE4EDF2EC34CF2E4524346DA58B','StepCompleted',1,1800000009794229,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',6,NULL,'StepIntended',1,1800000009794229,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',7,X'79E0E950F3022FD228CB30E7D0809F9F','StepRejected',1,1800000009794229,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C7642764986B5A1C62DF810B9',8,NULL,'SagaStuck',1,1800000009794229,'{"failure":{"reason":"REFUSED","message":"no"},"step_id":"c","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',1,X'5FCBA7FC5A4F89B03C559734BF8E9B2D','SagaStarted',3,1800000009794230,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086409794230}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',2,NULL,'StepIntended',1,1800000009794230,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',3,X'A718998929EF6B2873596E0C3ABCFEB6','StepCompleted',1,1800000009794230,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',4,NULL,'StepIntended',1,1800000009794230,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',5,X'F15C1CC7D5727D1063859CAE0075A0F6','ExecuteAttemptFailed',1,1800000009794230,'{"step_id":"b","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000010041526}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',6,X'B4707C70E250EED94B4BBE89651A0C74','ExecuteAttemptFailed',1,1800000010041526,'{"step_id":"b","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000010291745}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',7,X'3D485C7CB6A23F068C7106CB1E047DA5','StepFailed',1,1800000010291745,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185C76427F05B1878D5FD739543B',8,NULL,'SagaStuck',1,1800000010291745,'{"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',1,X'D192DD5A43817F947696662302A7F297','SagaStarted',3,1800000010291746,'{"definition_name":"quick","definition_version":1,"definition_hash":"1dd59dc527af777a068861788d540e06389353e9c6efcf15e44365430c545d0c","input":{"json":"{}"},"timeout_time":1800000020291746}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',2,NULL,'StepIntended',1,1800000010291746,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',3,X'333A5542141DB4FB280B35D495DBE346','StepCompleted',1,1800000010291746,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',4,NULL,'StepIntended',1,1800000010291746,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',5,X'D330C99C0EE8D8166B99C83BA7476A7C','StepPending',1,1800000010291746,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',6,X'06F53A80BBF69DE4E3591AA6D3A9A1EB','SagaTimedOut',1,1800000020291746,'{}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',7,NULL,'CompensationStarted',1,1800000020291746,'{"cause":"TIMED_OUT","failure":{"reason":"TIMED_OUT","message":"the saga''s time was up"}}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',8,NULL,'CompensationIntended',1,1800000020291746,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',9,X'1053BFAFB2C49CA30F783EBBB17AC939','StepCompensated',1,1800000020291746,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',10,NULL,'CompensationIntended',1,1800000020291746,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',11,X'0266947AA5C9DFF43CAB9D393D157DB6','StepCompensated',1,1800000020291746,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C783371138FF44F6504D75988',12,NULL,'SagaCompensated',1,1800000020291746,'{}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',1,X'6DBA45A75C2B7546342DECF800777BA5','SagaStarted',3,1800000020291747,'{"definition_name":"impatient","definition_version":1,"definition_hash":"9edcd0b4257574464086d79caf903635f38e2ef83febd55e00f789fc3ebd9a13","input":{"json":"{}"},"timeout_time":1800086420291747}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',2,NULL,'StepIntended',1,1800000020291747,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',3,X'2135EEEB0B315112B7B360C34A3AFE82','StepCompleted',1,1800000020291747,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',4,NULL,'StepIntended',1,1800000020291747,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',5,X'7A4DFA82D9661AC418F9DFCA4AEA0CE2','StepPending',1,1800000020291747,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',6,X'A425E127460527404CAD3F6DACDBB537','StepFailed',1,1800000050291747,'{"step_id":"b","kind":"PENDING_TIMED_OUT","failure":{"reason":"PENDING_TIMED_OUT","message":"no outcome was reported within the step''s pending_timeout"}}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',7,NULL,'CompensationStarted',1,1800000050291747,'{"cause":"TIMED_OUT","failure":{"reason":"PENDING_TIMED_OUT","message":"no outcome was reported within the step''s pending_timeout"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',8,NULL,'CompensationIntended',1,1800000050291747,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',9,X'828D37B84CE9FBC19AC142C8589A580D','CompensationPending',1,1800000050291747,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',10,X'624B4C6265B2DA83FC6470D83B36302A','StepCompensated',1,1800000060291747,'{"step_id":"b","attempt":2}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',11,NULL,'CompensationIntended',1,1800000060291747,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',12,X'D7433086A04D31FB5F9224179F66D5CE','StepCompensated',1,1800000060291747,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF',13,NULL,'SagaCompensated',1,1800000060291747,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',1,X'87C89DF584DC8DF999C59D23805C1FF8','SagaStarted',3,1800000060291748,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086460291748}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',2,NULL,'StepIntended',1,1800000060291748,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',3,X'CCC788D7CF4780F7943CE3A86FEEC6AF','StepCompleted',1,1800000060291748,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',4,NULL,'StepIntended',1,1800000060291748,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',5,X'BF6F9FEC288AB13D700EA1F8AF30DBD9','StepPending',1,1800000060291748,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',6,X'0BF3D36EF784B1651F552D2AB546FBE8','CancelRequested',1,1800000060291749,'{"reason":"changed their mind"}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',7,NULL,'CompensationStarted',1,1800000060291749,'{"cause":"CANCELLED","failure":{"reason":"CANCELLED","message":"the saga was cancelled"}}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',8,NULL,'CompensationIntended',1,1800000060291749,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',9,X'EB2A5720FCC5559FFFABACE8B45FEB7C','StepCompensated',1,1800000060291749,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',10,NULL,'CompensationIntended',1,1800000060291749,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',11,X'A81AC6996BCCB788DA5F81681DA0C7E8','StepCompensated',1,1800000060291749,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B',12,NULL,'SagaCompensated',1,1800000060291749,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',1,X'8324338F05BB060134B9B5F5E2449930','SagaStarted',3,1800000060291750,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086460291750}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',2,NULL,'StepIntended',1,1800000060291750,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',3,X'5AC23E9448876205110FE3071895A5A0','StepCompleted',1,1800000060291750,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',4,NULL,'StepIntended',1,1800000060291750,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',5,X'355DA942751EE434950B402CBA72E748','CancelRequested',1,1800000060291751,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',6,X'DC825033941EF2451196A64F55EEF295','StepCompleted',1,1800000060291751,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',7,NULL,'StepIntended',1,1800000060291751,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',8,X'DD0A4772CAEB84CAEE4B7ADC21FD03CF','StepCompleted',1,1800000060291751,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA',9,NULL,'SagaCompleted',1,1800000060291751,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',1,X'26010FDB0C492E1FA199E1C42E6F7D35','SagaStarted',3,1800000060291752,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086460291752}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',2,NULL,'StepIntended',1,1800000060291752,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',3,X'33171D6293326F344155B74851F780CF','StepCompleted',1,1800000060291752,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',4,NULL,'StepIntended',1,1800000060291752,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',5,X'8EEF391EEB34BE9145C64CBF971F6203','CancelRequested',1,1800000060291753,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',6,X'32A806F78F9F85ACFA32D5C27AC26CB9','StepRejected',1,1800000060291753,'{"step_id":"b","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',7,NULL,'CompensationStarted',1,1800000060291753,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',8,NULL,'CompensationIntended',1,1800000060291753,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',9,X'445818801A97AC5F947D949270DD33CE','StepCompensated',1,1800000060291753,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837B82BDA5AD525B616E42',10,NULL,'SagaCompensated',1,1800000060291753,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',1,X'D634DD520D5C370028F6B71F1B833B71','SagaStarted',3,1800000060291754,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086460291754}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',2,NULL,'StepIntended',1,1800000060291754,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',3,X'138BA759D751074E83420F8A3B423F66','StepCompleted',1,1800000060291754,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',4,NULL,'StepIntended',1,1800000060291754,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',5,X'94414892EA50077E79D1F31CE795CDA5','StepCompleted',1,1800000060291755,'{"step_id":"b","output":{"json":"{\"n\": 1}"}}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',6,NULL,'StepIntended',1,1800000060291755,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',7,X'A606E4610CB63334D93F908EAEFEFD00','StepCompleted',1,1800000060291755,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B8377448234472F5B58796A',8,NULL,'SagaCompleted',1,1800000060291755,'{}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',1,X'6DF354D4A32577BADE49CE8269C0E932','SagaStarted',3,1800000060291756,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086460291756}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',2,NULL,'StepIntended',1,1800000060291756,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',3,X'A52B2A76A726D0992EEBA7D526605484','StepCompleted',1,1800000060291756,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',4,NULL,'StepIntended',1,1800000060291756,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',5,X'1ECFD2FCAD6DD2FCF5892A4E4CB9F0B3','StepPending',1,1800000060291756,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',6,X'86BEEC87384286321C15035C016FB486','StepFailed',1,1800000060291757,'{"step_id":"b","kind":"PERMANENT","failure":{"reason":"LOST","message":"the parcel is lost"}}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',7,NULL,'CompensationStarted',1,1800000060291757,'{"cause":"FAILED","failure":{"reason":"LOST","message":"the parcel is lost"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',8,NULL,'CompensationIntended',1,1800000060291757,'{"step_id":"b","outcome":"PENDING"}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',9,X'A529A0635B08509418C8056DC16866F8','CompensationPending',1,1800000060291757,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',10,X'3D139D95F4ED77F9A255DCBB6FAD12B3','StepCompensated',1,1800000060291758,'{"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',11,NULL,'CompensationIntended',1,1800000060291758,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',12,X'2F9EAFBFB3C85711AAB8217E0F8CD5FC','CompensationPending',1,1800000060291758,'{"step_id":"a","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',13,X'5B2E14A64E81774A976732A1C0985105','CompensationFailed',1,1800000060291759,'{"step_id":"a","failure":{"reason":"GONE","message":"nobody can undo it"}}');
INSERT INTO "events" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B',14,NULL,'SagaStuck',1,1800000060291759,'{"failure":{"reason":"GONE","message":"nobody can undo it"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',1,X'AF3063C775F6E6EFEC99B6650A3250C8','SagaStarted',3,1800000060291760,'{"definition_name":"forgetful","definition_version":1,"definition_hash":"3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e","input":{"json":"{}"},"timeout_time":1800086460291760}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',2,NULL,'StepIntended',1,1800000060291760,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',3,X'224F9B2DC9DD7AC43F2FCB120732B9D0','StepCompleted',1,1800000060291760,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',4,NULL,'StepIntended',1,1800000060291760,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',5,X'CA13A4E966BABB435A375DCCE4CC40B5','StepPending',1,1800000060291760,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',6,X'9F267A0ED3197217DD2BBA1537436E5C','ExecuteAttemptFailed',1,1800000130291760,'{"step_id":"b","attempt":2,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":0,"used":false}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',7,X'F807E24E58C367402E281F9BDDF85336','StepCompleted',1,1800000180291760,'{"step_id":"b","output":{},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185D3B83723CA7F52FA9A117511F',8,NULL,'SagaCompleted',1,1800000180291760,'{}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',1,X'8FDB72A34980BE64D347BDCDDA5117B9','SagaStarted',3,1800000180291761,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086580291761}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',2,NULL,'StepIntended',1,1800000180291761,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',3,X'863E5282FA940BF3EB573F5FC12F4F8B','StepCompleted',1,1800000180291761,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',4,NULL,'StepIntended',1,1800000180291761,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',5,X'E78DB5E6265632094A04FCDE45A00607','StepRejected',1,1800000180291761,'{"step_id":"b","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',6,NULL,'CompensationStarted',1,1800000180291761,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"b"}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',7,NULL,'CompensationIntended',1,1800000180291761,'{"step_id":"a","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',8,X'AB4F62E86FA84861A6C4716C55504CE4','CompensateAttemptFailed',1,1800000180291761,'{"step_id":"a","attempt":1,"failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"retry_time":1800000181223607}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',9,X'E3C6083B30901B064E853D2D35913C53','CompensateAttemptFailed',1,1800000181223607,'{"step_id":"a","attempt":2,"failure":{"code":"FAILED_PRECONDITION"},"retry_time":1800000181401043}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',10,X'404B84839EB3AAACCEF8548F8A4B8D2E','CompensationFailed',1,1800000181401043,'{"step_id":"a","failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',11,NULL,'SagaStuck',1,1800000181401043,'{"failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',12,X'DFE0276ACEBF01BC155E7E86618516E8','CompensateRetried',1,1800000181401044,'{"step_id":"a","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',13,X'83D93F5DBCE62CCA64ABEE979BC8915A','CompensateAttemptFailed',1,1800000181401044,'{"step_id":"a","attempt":4,"failure":{"code":"FAILED_PRECONDITION"},"retry_time":1800000182309522}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',14,X'267F76F4326906C135745D660C2114B7','CompensateAttemptFailed',1,1800000182309522,'{"step_id":"a","attempt":5,"failure":{"code":"FAILED_PRECONDITION"},"retry_time":1800000182755290}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',15,X'843E734763CBC1EC5E37817FB91E3780','CompensationFailed',1,1800000182755290,'{"step_id":"a","failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"attempt":6}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',16,NULL,'SagaStuck',1,1800000182755290,'{"failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"step_id":"a","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',17,X'293A64A99D8402E2FF7B66741AC752E6','CompensationAsserted',1,1800000182755291,'{"step_id":"a","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3185F10437E40BFED9235288BC781',18,NULL,'SagaCompensated',1,1800000182755291,'{}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',1,X'88C69AEBE3BFBD8E252F49B9A988E074','SagaStarted',3,1800000182755292,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086582755292}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',2,NULL,'StepIntended',1,1800000182755292,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',3,X'389BC838F0EECAF060641D53B21B8FD0','StepCompleted',1,1800000182755292,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',4,NULL,'StepIntended',1,1800000182755292,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',5,X'C6C96EE848DBC89DF6A8A4446C48E2C5','ExecuteAttemptFailed',1,1800000182755292,'{"step_id":"b","attempt":1,"failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"retry_time":1800000182921361}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',6,X'55E7C9B4A8DCC0D4467316814A99EB8F','ExecuteAttemptFailed',1,1800000182921361,'{"step_id":"b","attempt":2,"failure":{"code":"FAILED_PRECONDITION"},"retry_time":1800000183878722}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',7,X'9E07D54F6C381EBB7497333534F9287D','StepFailed',1,1800000183878722,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',8,NULL,'SagaStuck',1,1800000183878722,'{"failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',9,X'E04C8E9F584FCFE1D3CC4B136990C6C8','ExecuteRetried',1,1800000183878723,'{"step_id":"b","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',10,X'1FD0D7B9B7EE2702DDFC5BE804BDA7D0','ExecuteAttemptFailed',1,1800000183878723,'{"step_id":"b","attempt":4,"failure":{"code":"FAILED_PRECONDITION"},"retry_time":1800000184699122}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',11,X'F01A25A7DF5F850C32DDE9451FAC7997','ExecuteAttemptFailed',1,1800000184699122,'{"step_id":"b","attempt":5,"failure":{"code":"FAILED_PRECONDITION"},"retry_time":1800000184757880}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',12,X'5F8FB98531A8F1225A029CDA4F2B0E44','StepFailed',1,1800000184757880,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"attempt":6}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',13,NULL,'SagaStuck',1,1800000184757880,'{"failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',14,X'72CE6DE13261750FB954446CE238E1E5','StepCompletionAsserted',1,1800000184757881,'{"step_id":"b","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"},"output":{"json":"{\"n\": 7}"}}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',15,NULL,'StepIntended',1,1800000184757881,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',16,X'69D52808B1358A0E276CC35C4647375C','StepCompleted',1,1800000184757881,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F19E379D391551E8259CC60B1',17,NULL,'SagaCompleted',1,1800000184757881,'{}');
INSERT INTO "events" VALUES(X'01A3185F21B5745E9D7F427515392480',1,X'9C7D4511CBFD7C0696C1760ABB7FBBBA','SagaStarted',3,1800000184757882,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086584757882}');
INSERT INTO "events" VALUES(X'01A3185F21B5745E9D7F427515392480',2,NULL,'StepIntended',1,1800000184757882,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F21B5745E9D7F427515392480',3,X'A74D835F5AE7744146A8B6202EFE37D0','StepCompleted',1,1800000184757882,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F21B5745E9D7F427515392480',4,NULL,'StepIntended',1,1800000184757882,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F21B5745E9D7F427515392480',5,X'8651E9853ED805B1FAE47E000472B462','SagaPaused',1,1800000184757883,'{"by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3185F21B5745E9D7F427515392480',6,X'ECEE4DCBDABD70FD2697713FC177C326','StepCompleted',1,1800000184757883,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F21B5745E9D7F427515392480',7,X'712D3FF0A955809D96A2B4A06BD511BE','SagaResumed',1,1800000184757884,'{"by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3185F21B5745E9D7F427515392480',8,NULL,'StepIntended',1,1800000184757884,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F21B5745E9D7F427515392480',9,X'A50A39495CA4535657711F7D6838E307','StepCompleted',1,1800000184757884,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F21B5745E9D7F427515392480',10,NULL,'SagaCompleted',1,1800000184757884,'{}');
INSERT INTO "events" VALUES(X'01A3185F21B57BB7BD6D25009AEB7FA0',1,X'0FCBEAE6E2B69143391373C117E7DF66','SagaStarted',3,1800000184757885,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086584757885}');
INSERT INTO "events" VALUES(X'01A3185F21B57BB7BD6D25009AEB7FA0',2,NULL,'StepIntended',1,1800000184757885,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F21B57BB7BD6D25009AEB7FA0',3,X'C07F91B41DDD4827E313087900DF72F5','StepCompleted',1,1800000184757885,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F21B57BB7BD6D25009AEB7FA0',4,NULL,'StepIntended',1,1800000184757885,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F21B57BB7BD6D25009AEB7FA0',5,X'D46CF950FA79A1D6F9E31F1ADA383206','ExecuteAttemptFailed',1,1800000184757885,'{"step_id":"b","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000185418713}');
INSERT INTO "events" VALUES(X'01A3185F21B57BB7BD6D25009AEB7FA0',6,X'13A8BF950886F3C7C089986406E7A67C','ExecuteAttemptFailed',1,1800000185418713,'{"step_id":"b","attempt":2,"failure":{"code":"INTERNAL"},"retry_time":1800000185546249}');
INSERT INTO "events" VALUES(X'01A3185F21B57BB7BD6D25009AEB7FA0',7,X'A12454428CC6074371EC279BA0B87EF8','StepFailed',1,1800000185546249,'{"step_id":"b","kind":"ATTEMPTS_EXHAUSTED","failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"attempt":3}');
INSERT INTO "events" VALUES(X'01A3185F21B57BB7BD6D25009AEB7FA0',8,NULL,'SagaStuck',1,1800000185546249,'{"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"step_id":"b","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F21B57BB7BD6D25009AEB7FA0',9,X'B7D1D58E740581F5D25AFC23B8E7A9AB','SagaAbandoned',1,1800000185546250,'{"by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"},"standing":["a","b"]}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',1,X'6FB3B32B44108B18865C11743D5294A2','SagaStarted',3,1800000185546251,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086585546251}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',2,NULL,'StepIntended',1,1800000185546251,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',3,X'940E99EA1A6FC4FB839D45B5322A23EF','ExecuteAttemptFailed',1,1800000185546251,'{"step_id":"far","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000185777906}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',4,X'0705D412062B334046029714A3545B97','ExecuteAttemptFailed',1,1800000185777906,'{"step_id":"far","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000186491773}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',5,X'2FC11D5C6D25B141785D3FAF52D64A6C','ExecuteAttemptFailed',1,1800000186491773,'{"step_id":"far","attempt":3,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000187115682}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',6,X'55287F627F4BA268D83505297EF6751C','ExecuteAttemptFailed',1,1800000187115682,'{"step_id":"far","attempt":4,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000187266797}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',7,X'EBBA110515D4872EFE5926C02A40453B','ExecuteAttemptFailed',1,1800000187266797,'{"step_id":"far","attempt":5,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000187368708}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',8,X'130530743E354A4F82B61889464D4AA4','ExecuteAttemptFailed',1,1800000188240490,'{"step_id":"far","attempt":6,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000188909979,"used":false}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',9,X'D3C4CB358D399BBA7E3E5BCEC52E096F','ExecuteAttemptFailed',1,1800000190050488,'{"step_id":"far","attempt":7,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000190811012,"used":false}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',10,X'B0DBA5E13D1F036B9A1FCBED10A16A86','ExecuteAttemptFailed',1,1800000193624889,'{"step_id":"far","attempt":8,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000194216231,"used":false}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',11,X'775AD47A833BBE5D9FD4FC041FEDEA84','ExecuteAttemptFailed',1,1800000200462206,'{"step_id":"far","attempt":9,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000201125498,"used":false}');
INSERT INTO "events" VALUES(X'01A3185F72EA7EB4BBC80976B0BDB4FE',1,X'F53F4A5F3914EB4E95CBE0049D34D5DF','SagaStarted',3,1800000205546251,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086605546251}');
INSERT INTO "events" VALUES(X'01A3185F72EA7EB4BBC80976B0BDB4FE',2,NULL,'StepIntended',1,1800000205546251,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F72EA7EB4BBC80976B0BDB4FE',3,NULL,'StepParked',1,1800000205546251,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F72EA7E509AE25CC819E5BEA1',1,X'9BC6C932CF5332D7EF877CC69DA92DAC','SagaStarted',3,1800000205546251,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086605546251}');
INSERT INTO "events" VALUES(X'01A3185F72EA7E509AE25CC819E5BEA1',2,NULL,'StepIntended',1,1800000205546251,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F72EA7E509AE25CC819E5BEA1',3,NULL,'StepParked',1,1800000205546251,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F72EA7F5BB3907CFCCFE330CD',1,X'BEF42169AEC025A38C83617C68709D76','SagaStarted',3,1800000205546251,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086605546251}');
INSERT INTO "events" VALUES(X'01A3185F72EA7F5BB3907CFCCFE330CD',2,NULL,'StepIntended',1,1800000205546251,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3185F72EA7F5BB3907CFCCFE330CD',3,NULL,'StepParked',1,1800000205546251,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',12,X'15FFB796140C129D4CDBE31237315D01','StepCompleted',1,1800000212619526,'{"step_id":"far","output":{},"attempt":10}');
INSERT INTO "events" VALUES(X'01A3185F24CA7942A1B7379F0897246A',13,NULL,'SagaCompleted',1,1800000212619526,'{}');
INSERT INTO "events" VALUES(X'01A3185F72EA7EB4BBC80976B0BDB4FE',4,X'A8723E31E7FEA21DDB47519201C8965F','StepUnparked',1,1800000212619526,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F72EA7E509AE25CC819E5BEA1',4,X'01E26DEF548E3BB912AA981324371B38','StepUnparked',1,1800000212619526,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F72EA7EB4BBC80976B0BDB4FE',5,X'95DF9576001BC123F4A6EAC0A9ED4D58','StepCompleted',1,1800000212619526,'{"step_id":"far","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F72EA7EB4BBC80976B0BDB4FE',6,NULL,'SagaCompleted',1,1800000212619526,'{}');
INSERT INTO "events" VALUES(X'01A3185F72EA7E509AE25CC819E5BEA1',5,X'49532C1FFC357A1FAF599C1443A9D59D','StepCompleted',1,1800000212619526,'{"step_id":"far","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F72EA7E509AE25CC819E5BEA1',6,NULL,'SagaCompleted',1,1800000212619526,'{}');
INSERT INTO "events" VALUES(X'01A3185F72EA7F5BB3907CFCCFE330CD',4,X'D1D6ACF59347463675AD51B19490FB1A','StepUnparked',1,1800000212619526,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3185F72EA7F5BB3907CFCCFE330CD',5,X'03B0BEA848766A78815CF7C6D1DF0D0B','StepCompleted',1,1800000212619526,'{"step_id":"far","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3185F72EA7F5BB3907CFCCFE330CD',6,NULL,'SagaCompleted',1,1800000212619526,'{}');
INSERT INTO "events" VALUES(X'01A3186078EB7500B5A8513F5B8AAA46',1,X'D1253724F40C79CC1A44FA5F456AD944','SagaStarted',3,1800000272619527,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086672619527}');
INSERT INTO "events" VALUES(X'01A3186078EB7500B5A8513F5B8AAA46',2,NULL,'StepIntended',1,1800000272619527,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB7500B5A8513F5B8AAA46',3,X'3DA3A4DD8257417A613834B8270367F4','StepCompleted',1,1800000272619527,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7500B5A8513F5B8AAA46',4,NULL,'StepIntended',1,1800000272619527,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB7500B5A8513F5B8AAA46',5,X'9CADFB7D177604D6E62123AE3AB4F84B','StepCompleted',1,1800000272619527,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7500B5A8513F5B8AAA46',6,NULL,'StepIntended',1,1800000272619527,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB7500B5A8513F5B8AAA46',7,X'4FDFB7986F6368420B806E8CB8B87A6D','StepRejected',1,1800000272619527,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7500B5A8513F5B8AAA46',8,NULL,'SagaStuck',1,1800000272619527,'{"failure":{"reason":"REFUSED","message":"no"},"step_id":"c","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3186078EB7500B5A8513F5B8AAA46',9,X'1D6695158C94FD959F2851BAA4D45ED1','StepSkipRequested',1,1800000272619528,'{"step_id":"c","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3186078EB7500B5A8513F5B8AAA46',10,NULL,'StepSkipped',1,1800000272619528,'{"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A3186078EB7500B5A8513F5B8AAA46',11,NULL,'SagaCompleted',1,1800000272619528,'{}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',1,X'1B6A6CFF9C6E968BA517812588F769CE','SagaStarted',3,1800000272619529,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086672619529}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',2,NULL,'StepIntended',1,1800000272619529,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',3,X'E0621C11061E6FCC47E20D169E494FE9','StepCompleted',1,1800000272619529,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',4,NULL,'StepIntended',1,1800000272619529,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',5,X'17B5E8A5734E9E09F95BE620B47852F9','StepCompleted',1,1800000272619529,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',6,NULL,'StepIntended',1,1800000272619529,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',7,X'181DB5ABC19F99E22F815CAECF845454','StepFailed',1,1800000272619529,'{"step_id":"c","kind":"PERMANENT","failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',8,NULL,'SagaStuck',1,1800000272619529,'{"failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"step_id":"c","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',9,X'12A3B01C16CEF027C2FA778A297997FC','NewRunRequested',1,1800000272619530,'{"step_id":"c","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"},"input":{"json":"{\"n\": 8}"}}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',10,X'189F7AC15940786C39949D18A9182F54','StepCompensated',1,1800000272619530,'{"step_id":"c","attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',11,NULL,'StepIntended',1,1800000272619530,'{"step_id":"c","run":2,"input":{"json":"{\"n\": 8}"}}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',12,X'51D3DB41EFAB682B71F217E5FBA65228','StepCompleted',1,1800000272619530,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7D179B26910612378865',13,NULL,'SagaCompleted',1,1800000272619530,'{}');
INSERT INTO "events" VALUES(X'01A3186078EB7EC19FDD25E96777406B',1,X'AB24CA5BB39C66C8F4A2ABC366FDCC92','SagaStarted',3,1800000272619531,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{\"who\": \"ann\"}"},"timeout_time":1800086672619531,"labels":{"sagaway.restarted-from":"completed"},"restarted_from":"completed","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"}}');
INSERT INTO "events" VALUES(X'01A3186078EB7EC19FDD25E96777406B',2,NULL,'StepIntended',1,1800000272619531,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB7EC19FDD25E96777406B',3,X'45FA7677C062F170EFC307B8F2C48507','StepCompleted',1,1800000272619531,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7EC19FDD25E96777406B',4,NULL,'StepIntended',1,1800000272619531,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB7EC19FDD25E96777406B',5,X'7FDC9BBCA04C302E423E926493999A82','StepCompleted',1,1800000272619531,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7EC19FDD25E96777406B',6,NULL,'StepIntended',1,1800000272619531,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB7EC19FDD25E96777406B',7,X'9EE4F34020B6E0B5F30833BB8B99C9EF','StepCompleted',1,1800000272619531,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7EC19FDD25E96777406B',8,NULL,'SagaCompleted',1,1800000272619531,'{}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',1,X'A28EAA54D12D98B6217AE0BE87C576E9','SagaStarted',3,1800000272619532,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086672619532}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',2,NULL,'StepIntended',1,1800000272619532,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',3,X'94CCF8C2CD8CD6D1867821DACB52CDB9','StepCompleted',1,1800000272619532,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',4,NULL,'StepIntended',1,1800000272619532,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',5,X'95E91867AC66F8D054ABBEAA6A2AEF61','StepCompleted',1,1800000272619532,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',6,NULL,'StepIntended',1,1800000272619532,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',7,X'EB98F80291701C50ADABEC760FE60886','StepFailed',1,1800000272619532,'{"step_id":"c","kind":"PERMANENT","failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',8,NULL,'SagaStuck',1,1800000272619532,'{"failure":{"code":"FAILED_PRECONDITION","message":"a test said FAILED_PRECONDITION"},"step_id":"c","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',9,X'0EF96BA6C50A682D04F5E9D0B98E2C18','NewRunRequested',1,1800000272619533,'{"step_id":"c","by":{"reason":"a story needs it","claimed_actor":"ann","principal":"operators"},"input":{"json":"{\"n\": 9}"}}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',10,NULL,'StepStruck',1,1800000272619533,'{"step_id":"c","sealed":true}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',11,NULL,'StepIntended',1,1800000272619533,'{"step_id":"c","run":2,"input":{"json":"{\"n\": 9}"}}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',12,X'347E77F19A536E37F320BEBA0C84BB91','StepCompleted',1,1800000272619533,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED',13,NULL,'SagaCompleted',1,1800000272619533,'{}');
INSERT INTO "events" VALUES(X'01A3186078EB79B7B8FB9528E27A5ED8',1,X'4400D663528DCCD0D9F4C68E18295AC4','SagaStarted',3,1800000272619534,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086672619534}');
INSERT INTO "events" VALUES(X'01A3186078EB79B7B8FB9528E27A5ED8',2,NULL,'StepIntended',1,1800000272619534,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB79B7B8FB9528E27A5ED8',3,X'D6B73F46AAE286BEA907E0EB6D001396','StepCompleted',1,1800000272619534,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB79B7B8FB9528E27A5ED8',4,NULL,'StepIntended',1,1800000272619534,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB722CA34BA7499CA72C90',1,X'0E3FC19CF503BFADD4B4346F7909687B','SagaStarted',3,1800000272619535,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086672619535}');
INSERT INTO "events" VALUES(X'01A3186078EB722CA34BA7499CA72C90',2,NULL,'StepIntended',1,1800000272619535,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB722CA34BA7499CA72C90',3,X'D093EB900EE06E2C79019377B66874B6','StepCompleted',1,1800000272619535,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB722CA34BA7499CA72C90',4,NULL,'StepIntended',1,1800000272619535,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB722CA34BA7499CA72C90',5,X'F8AEA4122A2CA959260DC700D177DAE7','ExecuteAttemptFailed',1,1800000272619535,'{"step_id":"b","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000872619535}');
INSERT INTO "events" VALUES(X'01A31860794F713290C0FBAAA88D09B0',1,X'5E93709754FD287CF585C8ECDED8BFAC','SagaStarted',3,1800000272719535,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086672719535}');
INSERT INTO "events" VALUES(X'01A31860794F713290C0FBAAA88D09B0',2,NULL,'StepIntended',1,1800000272719535,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860794F713290C0FBAAA88D09B0',3,X'860E95754B8656445246A5E0D319BE80','StepCompleted',1,1800000272719535,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A31860794F713290C0FBAAA88D09B0',4,NULL,'StepIntended',1,1800000272719535,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860794F713290C0FBAAA88D09B0',5,X'08460D9D668103C175B0FE585194772C','StepPending',1,1800000272719535,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A3186079B3715AA78CB80BFF6B2FA5',1,X'7D5ACCAC7DA708A0D48194C9C9215CD5','SagaStarted',3,1800000272819535,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086672819535}');
INSERT INTO "events" VALUES(X'01A3186079B3715AA78CB80BFF6B2FA5',2,NULL,'StepIntended',1,1800000272819535,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186079B3715AA78CB80BFF6B2FA5',3,X'61DB86229526D80D74329E294C17DE7F','StepCompleted',1,1800000272819535,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186079B3715AA78CB80BFF6B2FA5',4,NULL,'StepIntended',1,1800000272819535,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186079B3715AA78CB80BFF6B2FA5',5,X'FA3F794B77A9E5270D97A9021A115C48','CancelRequested',1,1800000272819536,'{"reason":"too late?"}');
INSERT INTO "events" VALUES(X'01A3186079B37DD08077450CF787A919',1,X'AE5AB5086154BA8935D29BD9C052E061','SagaStarted',3,1800000272819536,'{"definition_name":"pivoted","definition_version":1,"definition_hash":"3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87","input":{"json":"{}"},"timeout_time":1800086672819536}');
INSERT INTO "events" VALUES(X'01A3186079B37DD08077450CF787A919',2,NULL,'StepIntended',1,1800000272819536,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186079B37DD08077450CF787A919',3,X'EB8C5434F5ACD8DE0AB429AD3D4CF54E','StepCompleted',1,1800000272819536,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186079B37DD08077450CF787A919',4,NULL,'StepIntended',1,1800000272819536,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186079B37DD08077450CF787A919',5,X'8F708BB05DABDF89DC220BB6EAFB29EA','StepCompleted',1,1800000272819536,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186079B37DD08077450CF787A919',6,NULL,'StepIntended',1,1800000272819536,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186079B37DD08077450CF787A919',7,X'4CEE2550310ADE4D78D36D55747574A5','ExecuteAttemptFailed',1,1800000272819536,'{"step_id":"c","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000872819536}');
INSERT INTO "events" VALUES(X'01A318607A1774A1A49974F0A48C9985',1,X'6C6D38D723A9A5EB187ECB1710662A82','SagaStarted',3,1800000272919536,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086672919536}');
INSERT INTO "events" VALUES(X'01A318607A1774A1A49974F0A48C9985',2,NULL,'StepIntended',1,1800000272919536,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318607A1774A1A49974F0A48C9985',3,X'2AD22064C80EA0987E9ECC871D9E20D9','StepCompleted',1,1800000272919536,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318607A1774A1A49974F0A48C9985',4,NULL,'StepIntended',1,1800000272919536,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318607A1774A1A49974F0A48C9985',5,X'70ABFBA046B2D116AC48DE4E23157D0A','StepCompleted',1,1800000272919536,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318607A1774A1A49974F0A48C9985',6,NULL,'StepIntended',1,1800000272919536,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318607A1774A1A49974F0A48C9985',7,X'64886B3B083CCB859B5B0947B160AF0F','StepRejected',1,1800000272919536,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318607A1774A1A49974F0A48C9985',8,NULL,'CompensationStarted',1,1800000272919536,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A318607A1774A1A49974F0A48C9985',9,NULL,'CompensationIntended',1,1800000272919536,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A318607A1774A1A49974F0A48C9985',10,X'B3D790D1A64B92C9C42C146162F349DB','CompensateAttemptFailed',1,1800000272919536,'{"step_id":"b","attempt":1,"failure":{"code":"INTERNAL","message":"a test said INTERNAL"},"retry_time":1800000872919536}');
INSERT INTO "events" VALUES(X'01A318607A7B751695AFC8DA13CF8A54',1,X'6BEDD95C238F9F2A99A4617FFE7F2771','SagaStarted',3,1800000273019536,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086673019536}');
INSERT INTO "events" VALUES(X'01A318607A7B751695AFC8DA13CF8A54',2,NULL,'StepIntended',1,1800000273019536,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318607A7B751695AFC8DA13CF8A54',3,X'98210876E2BF02E5FC9A44222D50F7EB','StepCompleted',1,1800000273019536,'{"step_id":"a","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318607A7B751695AFC8DA13CF8A54',4,NULL,'StepIntended',1,1800000273019536,'{"step_id":"b","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318607A7B751695AFC8DA13CF8A54',5,X'BC7D45372B08FDED7292E545FB968353','StepCompleted',1,1800000273019536,'{"step_id":"b","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318607A7B751695AFC8DA13CF8A54',6,NULL,'StepIntended',1,1800000273019536,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318607A7B751695AFC8DA13CF8A54',7,X'F92F097893198630D58598C0B240B0AD','StepRejected',1,1800000273019536,'{"step_id":"c","failure":{"reason":"REFUSED","message":"no"},"attempt":1}');
INSERT INTO "events" VALUES(X'01A318607A7B751695AFC8DA13CF8A54',8,NULL,'CompensationStarted',1,1800000273019536,'{"cause":"REJECTED","failure":{"reason":"REFUSED","message":"no"},"step_id":"c"}');
INSERT INTO "events" VALUES(X'01A318607A7B751695AFC8DA13CF8A54',9,NULL,'CompensationIntended',1,1800000273019536,'{"step_id":"b","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A318607A7B751695AFC8DA13CF8A54',10,X'F710E723C3848BCB9654A8226B2AB13B','CompensationPending',1,1800000273019536,'{"step_id":"b","attempt":1}');
INSERT INTO "events" VALUES(X'01A318607ADF7EF9A677726E60C50661',1,X'0626D2D215CBD9BFB0E89D57F4DCDE47','SagaStarted',3,1800000273119536,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086673119536}');
INSERT INTO "events" VALUES(X'01A318607ADF7EF9A677726E60C50661',2,NULL,'StepIntended',1,1800000273119536,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A318607ADF7EF9A677726E60C50661',3,X'217B09EDCC4F5898D9CEAA806214B394','ExecuteAttemptFailed',1,1800000273119536,'{"step_id":"far","attempt":1,"failure":{"code":"UNAVAILABLE","message":"a test said UNAVAILABLE"},"retry_time":1800000273998117}');
INSERT INTO "events" VALUES(X'01A318607ADF7EF9A677726E60C50661',4,X'66FF41C019F5BCB63B1C8BDEA2A35AB4','ExecuteAttemptFailed',1,1800000273998117,'{"step_id":"far","attempt":2,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000274740676}');
INSERT INTO "events" VALUES(X'01A318607ADF7EF9A677726E60C50661',5,X'58B0A64AAD2E2D8878415B9FDDFE11A3','ExecuteAttemptFailed',1,1800000274740676,'{"step_id":"far","attempt":3,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000275719745}');
INSERT INTO "events" VALUES(X'01A318607ADF7EF9A677726E60C50661',6,X'F200BE2C952C074203A22CF5ACD5BDE6','ExecuteAttemptFailed',1,1800000275719745,'{"step_id":"far","attempt":4,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000276114922}');
INSERT INTO "events" VALUES(X'01A318607ADF7EF9A677726E60C50661',7,X'7131BB2F1BED9B50A86FEEF525110761','ExecuteAttemptFailed',1,1800000276114922,'{"step_id":"far","attempt":5,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000277008487}');
INSERT INTO "events" VALUES(X'01A318607ADF7EF9A677726E60C50661',8,X'25E1F25B53B2B813E7BCEAEAF50FDFE0','ExecuteAttemptFailed',1,1800000277083158,'{"step_id":"far","attempt":6,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000277433938,"used":false}');
INSERT INTO "events" VALUES(X'01A318607ADF7EF9A677726E60C50661',9,X'057FED8A313D05522CF19C3C95D737D3','ExecuteAttemptFailed',1,1800000278641560,'{"step_id":"far","attempt":7,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000279077987,"used":false}');
INSERT INTO "events" VALUES(X'01A318607ADF7EF9A677726E60C50661',10,X'3D4147A3624894E691518C2664431D5C','ExecuteAttemptFailed',1,1800000281808030,'{"step_id":"far","attempt":8,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000282092683,"used":false}');
INSERT INTO "events" VALUES(X'01A3186078EB79B7B8FB9528E27A5ED8',5,X'5E3767243956ACC883FE4F348C24D254','ExecuteAttemptFailed',1,1800000282619534,'{"step_id":"b","attempt":1,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000282714579}');
INSERT INTO "events" VALUES(X'01A3186078EB79B7B8FB9528E27A5ED8',6,X'9686BA57B30201309B67193F940D14B5','StepCompleted',1,1800000282714579,'{"step_id":"b","output":{},"attempt":2}');
INSERT INTO "events" VALUES(X'01A3186078EB79B7B8FB9528E27A5ED8',7,NULL,'StepIntended',1,1800000282714579,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186078EB79B7B8FB9528E27A5ED8',8,X'E31D2256AF23AAF0131A6F5F6DA5E1A5','StepCompleted',1,1800000282714579,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186078EB79B7B8FB9528E27A5ED8',9,NULL,'SagaCompleted',1,1800000282714579,'{}');
INSERT INTO "events" VALUES(X'01A3186079B3715AA78CB80BFF6B2FA5',6,X'40F6DF2431E26E2D7E93CFD96BCC2410','ExecuteAttemptFailed',1,1800000282819535,'{"step_id":"b","attempt":1,"failure":{"code":"DEADLINE_EXCEEDED","message":"a test said DEADLINE_EXCEEDED"},"retry_time":1800000282881223}');
INSERT INTO "events" VALUES(X'01A3186079B3715AA78CB80BFF6B2FA5',7,X'B7ADE2855C97A893086E6AD8D25CCD1D','StepCompleted',1,1800000282881223,'{"step_id":"b","output":{},"attempt":2}');
INSERT INTO "events" VALUES(X'01A3186079B3715AA78CB80BFF6B2FA5',8,NULL,'StepIntended',1,1800000282881223,'{"step_id":"c","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A3186079B3715AA78CB80BFF6B2FA5',9,X'169B419C8F3917F593C602654C2C4E3A','StepCompleted',1,1800000282881223,'{"step_id":"c","output":{},"attempt":1}');
INSERT INTO "events" VALUES(X'01A3186079B3715AA78CB80BFF6B2FA5',10,NULL,'SagaCompleted',1,1800000282881223,'{}');
INSERT INTO "events" VALUES(X'01A318607ADF7EF9A677726E60C50661',11,X'D3854A79FB39667D7A9D969ED82B12DF','ExecuteAttemptFailed',1,1800000289175328,'{"step_id":"far","attempt":9,"failure":{"code":"UNAVAILABLE"},"retry_time":1800000289567630,"used":false}');
INSERT INTO "events" VALUES(X'01A31860C8FF79E082AB6185968734F2',1,X'7D4F28AAD89B24FC3EDBE67EFE852AFD','SagaStarted',3,1800000293119536,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086693119536}');
INSERT INTO "events" VALUES(X'01A31860C8FF79E082AB6185968734F2',2,NULL,'StepIntended',1,1800000293119536,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860C8FF79E082AB6185968734F2',3,NULL,'StepParked',1,1800000293119536,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31860C8FF7B5DB45F1B3CB1095A28',1,X'160E6B69CEA2D062DB1D5786789DE073','SagaStarted',3,1800000293119536,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086693119536}');
INSERT INTO "events" VALUES(X'01A31860C8FF7B5DB45F1B3CB1095A28',2,NULL,'StepIntended',1,1800000293119536,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860C8FF7B5DB45F1B3CB1095A28',3,NULL,'StepParked',1,1800000293119536,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31860C8FF7EC9B38A72C61BB68E54',1,X'970362979367D220EDE8521EEA6CF8EF','SagaStarted',3,1800000293119536,'{"definition_name":"elsewhere","definition_version":1,"definition_hash":"852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178","input":{"json":"{}"},"timeout_time":1800086693119536}');
INSERT INTO "events" VALUES(X'01A31860C8FF7EC9B38A72C61BB68E54',2,NULL,'StepIntended',1,1800000293119536,'{"step_id":"far","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860C8FF7EC9B38A72C61BB68E54',3,NULL,'StepParked',1,1800000293119536,'{"step_id":"far","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',1,X'4F5B43EA3DF9D22C3253CC13559A8264','SagaStarted',3,1800000293119536,'{"definition_name":"shop","definition_version":1,"definition_hash":"eae1f4871032af0935c8f5b3a418452574fcf5e5510c709af533c70caada4be4","input":{"json":"{\"told\":\"com.example.order.created.v1\"}"},"timeout_time":0}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',2,NULL,'EventObserved',1,1800000293119536,'{"event_id":"ordered","source":"/sagaway/participants/order","event_type":"com.example.order.created.v1","published_time":1,"place":1}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',3,NULL,'StepIntended',1,1800000293119536,'{"step_id":"stock.reserve","run":1,"input":{"json":"{\"told\":\"com.example.order.created.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',4,X'2996494ECD5C2B751AFE44CCEF9713B5','EventObserved',1,1800000293119536,'{"event_id":"reserved","source":"/sagaway/participants/stock","event_type":"com.example.stock.reserved.v1","published_time":2,"place":2,"step_id":"stock.reserve","cause_id":"ordered","cause_source":"/sagaway/participants/order","answers":true}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',5,NULL,'StepCompleted',1,1800000293119536,'{"step_id":"stock.reserve","output":{"json":"{\"told\":\"com.example.stock.reserved.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',6,NULL,'StepIntended',1,1800000293119536,'{"step_id":"payment.pay","run":1,"input":{"json":"{\"told\":\"com.example.stock.reserved.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',7,X'15B24302E019C1406631201B4C912FAB','EventObserved',1,1800000293119536,'{"event_id":"unpaid","source":"/sagaway/participants/payment","event_type":"com.example.payment.failed.v1","published_time":5,"place":5,"step_id":"payment.pay","cause_id":"reserved","cause_source":"/sagaway/participants/stock","answers":true}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',8,NULL,'StepRejected',1,1800000293119536,'{"step_id":"payment.pay","failure":{"reason":"NO_MONEY","message":"as told"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',9,NULL,'CompensationStarted',1,1800000293119536,'{"cause":"REJECTED","failure":{"reason":"NO_MONEY","message":"as told"},"step_id":"payment.pay"}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',10,NULL,'CompensationIntended',1,1800000293119536,'{"step_id":"stock.reserve","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',11,X'5F9FC359488E783881C9522CCA796206','EventObserved',1,1800000293119536,'{"event_id":"released","source":"/sagaway/participants/stock","event_type":"com.example.stock.released.v1","published_time":6,"place":6,"step_id":"stock.reserve","cause_id":"unpaid","cause_source":"/sagaway/participants/payment","answers":true}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',12,NULL,'StepCompensated',1,1800000293119536,'{"step_id":"stock.reserve"}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',13,NULL,'StepIntended',1,1800000293119536,'{"step_id":"order.cancel","run":1,"input":{"json":"{\"told\":\"com.example.stock.released.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',14,X'9DA1982549DA636D49AD75AB4472BCFB','EventObserved',1,1800000293119536,'{"event_id":"receipt/order.cancel/released","source":"/sagaway/participants/order","event_type":"sagaway.reaction.handled.v1","published_time":9,"place":9,"step_id":"order.cancel","cause_id":"released","cause_source":"/sagaway/participants/stock","answers":true,"outcome":"DONE"}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',15,NULL,'StepCompleted',1,1800000293119536,'{"step_id":"order.cancel","output":{}}');
INSERT INTO "events" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28',16,NULL,'SagaCompensated',1,1800000293119536,'{}');
INSERT INTO "events" VALUES(X'01A31860C8FF78B49604D4CE178842C7',1,X'1277D9D16F8D3CA6E74426777C81BD0C','SagaStarted',3,1800000293119536,'{"definition_name":"shop","definition_version":1,"definition_hash":"eae1f4871032af0935c8f5b3a418452574fcf5e5510c709af533c70caada4be4","input":{},"timeout_time":0}');
INSERT INTO "events" VALUES(X'01A31860C8FF78B49604D4CE178842C7',2,NULL,'EventObserved',1,1800000293119536,'{"event_id":"short","source":"/sagaway/participants/stock","event_type":"com.example.stock.rejected.v1","published_time":3,"place":3,"cause_id":"ordered","early":true,"reaction":"reserve","data":{"json":"{\"told\":\"com.example.stock.rejected.v1\"}"},"refusal":{"reason":"NO_STOCK","message":"as told"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF78B49604D4CE178842C7',3,X'1A89B4DB3E8912E6A08E8F79DAAED43D','EventObserved',1,1800000293119536,'{"event_id":"ordered","source":"/sagaway/participants/order","event_type":"com.example.order.created.v1","published_time":1,"place":1}');
INSERT INTO "events" VALUES(X'01A31860C8FF78B49604D4CE178842C7',4,NULL,'StepIntended',1,1800000293119536,'{"step_id":"stock.reserve","run":1,"input":{"json":"{\"told\":\"com.example.order.created.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF78B49604D4CE178842C7',5,NULL,'EventObserved',1,1800000293119536,'{"event_id":"short","source":"/sagaway/participants/stock","event_type":"com.example.stock.rejected.v1","published_time":3,"place":3,"step_id":"stock.reserve","cause_id":"ordered","cause_source":"/sagaway/participants/order","answers":true}');
INSERT INTO "events" VALUES(X'01A31860C8FF78B49604D4CE178842C7',6,NULL,'StepRejected',1,1800000293119536,'{"step_id":"stock.reserve","failure":{"reason":"NO_STOCK","message":"as told"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF78B49604D4CE178842C7',7,NULL,'StepIntended',1,1800000293119536,'{"step_id":"order.refuse","run":1,"input":{"json":"{\"told\":\"com.example.stock.rejected.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF78B49604D4CE178842C7',8,NULL,'CompensationStarted',1,1800000293119536,'{"cause":"REJECTED","failure":{"reason":"NO_STOCK","message":"as told"},"step_id":"stock.reserve"}');
INSERT INTO "events" VALUES(X'01A31860C8FF78B49604D4CE178842C7',9,X'EEFF8A10D939417B661CB623A2530B8F','EventObserved',1,1800000293119536,'{"event_id":"receipt/order.refuse/short","source":"/sagaway/participants/order","event_type":"sagaway.reaction.handled.v1","published_time":8,"place":8,"step_id":"order.refuse","cause_id":"short","cause_source":"/sagaway/participants/stock","answers":true,"outcome":"DONE"}');
INSERT INTO "events" VALUES(X'01A31860C8FF78B49604D4CE178842C7',10,NULL,'StepCompleted',1,1800000293119536,'{"step_id":"order.refuse","output":{}}');
INSERT INTO "events" VALUES(X'01A31860C8FF78B49604D4CE178842C7',11,NULL,'SagaCompensated',1,1800000293119536,'{}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',1,X'6D7C8D8081A3CA8A3566700FF647600C','SagaStarted',3,1800000293119536,'{"definition_name":"shop","definition_version":1,"definition_hash":"eae1f4871032af0935c8f5b3a418452574fcf5e5510c709af533c70caada4be4","input":{"json":"{\"told\":\"com.example.order.created.v1\"}"},"timeout_time":0}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',2,NULL,'EventObserved',1,1800000293119536,'{"event_id":"ordered","source":"/sagaway/participants/order","event_type":"com.example.order.created.v1","published_time":1,"place":1}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',3,NULL,'StepIntended',1,1800000293119536,'{"step_id":"stock.reserve","run":1,"input":{"json":"{\"told\":\"com.example.order.created.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',4,X'6C721933FBD9D08BABA227EBCD009801','EventObserved',1,1800000293119536,'{"event_id":"reserved","source":"/sagaway/participants/stock","event_type":"com.example.stock.reserved.v1","published_time":2,"place":2,"step_id":"stock.reserve","cause_id":"ordered","cause_source":"/sagaway/participants/order","answers":true}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',5,NULL,'StepCompleted',1,1800000293119536,'{"step_id":"stock.reserve","output":{"json":"{\"told\":\"com.example.stock.reserved.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',6,NULL,'StepIntended',1,1800000293119536,'{"step_id":"payment.pay","run":1,"input":{"json":"{\"told\":\"com.example.stock.reserved.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',7,X'B8C671D2230272D008C9DB8596146C56','DeliveryGivenUp',1,1800000293119536,'{"step_id":"payment.pay","event_id":"reserved","source":"/sagaway/participants/stock","letter_id":17,"phase":"EXECUTE","failure":{"reason":"RAISED","message":"it raised"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',8,NULL,'SagaStuck',1,1800000293119536,'{"failure":{"reason":"DELIVERY_GIVEN_UP","message":"payment.pay could not handle com.example.stock.reserved.v1, a dead letter now: it raised"},"step_id":"payment.pay","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',9,X'E3708DAE3D2A4A876AF920E0C45A0D3D','RedeliveryRequested',1,1800000293119536,'{"step_id":"payment.pay","by":{"reason":"mended","claimed_actor":"ann","principal":"ops-team"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',10,X'2AD3D42367071C5FEE74FA7D24D16200','EventObserved',1,1800000293119536,'{"event_id":"paid","source":"/sagaway/participants/payment","event_type":"com.example.payment.made.v1","published_time":4,"place":4,"step_id":"payment.pay","cause_id":"reserved","cause_source":"/sagaway/participants/stock","answers":true}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',11,NULL,'StepCompleted',1,1800000293119536,'{"step_id":"payment.pay","output":{"json":"{\"told\":\"com.example.payment.made.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',12,NULL,'StepIntended',1,1800000293119536,'{"step_id":"order.accept","run":1,"input":{"json":"{\"told\":\"com.example.payment.made.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',13,X'1D41BB21FC37468A7B49D41D0CBC273F','EventObserved',1,1800000293119536,'{"event_id":"com.example.stock.counted.v1/stock.count","source":"/sagaway/participants/stock","event_type":"com.example.stock.counted.v1","published_time":10,"place":10,"undeclared":true}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',14,X'8251B51BF2FF6377789937362C0C46CC','EventObserved',1,1800000293119536,'{"event_id":"receipt/order.accept/paid","source":"/sagaway/participants/order","event_type":"sagaway.reaction.handled.v1","published_time":11,"place":11,"step_id":"order.accept","cause_id":"paid","cause_source":"/sagaway/participants/payment","answers":true,"outcome":"DONE"}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',15,NULL,'StepCompleted',1,1800000293119536,'{"step_id":"order.accept","output":{}}');
INSERT INTO "events" VALUES(X'01A31860C8FF721CA37D7CF207C68737',16,NULL,'SagaCompleted',1,1800000293119536,'{}');
INSERT INTO "events" VALUES(X'01A31860C8FF77189DB48E040D9BAB45',1,X'B3315AA005C60E61B2A834563E79689F','SagaStarted',3,1800000293119536,'{"definition_name":"shop","definition_version":1,"definition_hash":"eae1f4871032af0935c8f5b3a418452574fcf5e5510c709af533c70caada4be4","input":{"json":"{\"told\":\"com.example.order.created.v1\"}"},"timeout_time":0}');
INSERT INTO "events" VALUES(X'01A31860C8FF77189DB48E040D9BAB45',2,NULL,'EventObserved',1,1800000293119536,'{"event_id":"ordered","source":"/sagaway/participants/order","event_type":"com.example.order.created.v1","published_time":1,"place":1}');
INSERT INTO "events" VALUES(X'01A31860C8FF77189DB48E040D9BAB45',3,NULL,'StepIntended',1,1800000293119536,'{"step_id":"stock.reserve","run":1,"input":{"json":"{\"told\":\"com.example.order.created.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF77189DB48E040D9BAB45',4,X'2684C9A58395CDDBBB80D2643FA878E7','EventObserved',1,1800000293119536,'{"event_id":"reserved","source":"/sagaway/participants/stock","event_type":"com.example.stock.reserved.v1","published_time":2,"place":2,"step_id":"stock.reserve","cause_id":"ordered","cause_source":"/sagaway/participants/order","answers":true}');
INSERT INTO "events" VALUES(X'01A31860C8FF77189DB48E040D9BAB45',5,NULL,'StepCompleted',1,1800000293119536,'{"step_id":"stock.reserve","output":{"json":"{\"told\":\"com.example.stock.reserved.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF77189DB48E040D9BAB45',6,NULL,'StepIntended',1,1800000293119536,'{"step_id":"payment.pay","run":1,"input":{"json":"{\"told\":\"com.example.stock.reserved.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF77189DB48E040D9BAB45',7,X'B80B5AEF09A3B3B7E9764586BA7FD081','EventObserved',1,1800000293119536,'{"event_id":"unpaid","source":"/sagaway/participants/payment","event_type":"com.example.payment.failed.v1","published_time":5,"place":5,"step_id":"payment.pay","cause_id":"reserved","cause_source":"/sagaway/participants/stock","answers":true}');
INSERT INTO "events" VALUES(X'01A31860C8FF77189DB48E040D9BAB45',8,NULL,'StepRejected',1,1800000293119536,'{"step_id":"payment.pay","failure":{"reason":"NO_MONEY","message":"as told"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF77189DB48E040D9BAB45',9,NULL,'CompensationStarted',1,1800000293119536,'{"cause":"REJECTED","failure":{"reason":"NO_MONEY","message":"as told"},"step_id":"payment.pay"}');
INSERT INTO "events" VALUES(X'01A31860C8FF77189DB48E040D9BAB45',10,NULL,'CompensationIntended',1,1800000293119536,'{"step_id":"stock.reserve","outcome":"COMPLETED"}');
INSERT INTO "events" VALUES(X'01A31860C8FF77189DB48E040D9BAB45',11,X'F030ECC70BAFBFEA9C81E8ACA827BA29','DeliveryGivenUp',1,1800000293119536,'{"step_id":"stock.reserve","event_id":"unpaid","source":"/sagaway/participants/payment","letter_id":18,"phase":"COMPENSATE","failure":{"reason":"RAISED","message":"it raised"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF77189DB48E040D9BAB45',12,NULL,'SagaStuck',1,1800000293119536,'{"failure":{"reason":"DELIVERY_GIVEN_UP","message":"stock.reserve could not handle com.example.payment.failed.v1, a dead letter now: it raised"},"step_id":"stock.reserve","phase":"COMPENSATE"}');
INSERT INTO "events" VALUES(X'01A31860C8FF75549AFE78F482CF0482',1,X'C7EB5BD1D76BC12659B58BA0836309F5','SagaStarted',3,1800000293119536,'{"definition_name":"shop","definition_version":1,"definition_hash":"eae1f4871032af0935c8f5b3a418452574fcf5e5510c709af533c70caada4be4","input":{"json":"{\"told\":\"com.example.order.created.v1\"}"},"timeout_time":0}');
INSERT INTO "events" VALUES(X'01A31860C8FF75549AFE78F482CF0482',2,NULL,'EventObserved',1,1800000293119536,'{"event_id":"ordered","source":"/sagaway/participants/order","event_type":"com.example.order.created.v1","published_time":1,"place":1}');
INSERT INTO "events" VALUES(X'01A31860C8FF75549AFE78F482CF0482',3,NULL,'StepIntended',1,1800000293119536,'{"step_id":"stock.reserve","run":1,"input":{"json":"{\"told\":\"com.example.order.created.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF75549AFE78F482CF0482',4,X'5A2CD7353092682C9CBE96607536AF33','EventObserved',1,1800000293119536,'{"event_id":"com.example.payment.made.v1/payment.pay","source":"/sagaway/participants/payment","event_type":"com.example.payment.made.v1","published_time":12,"place":9,"step_id":"payment.pay","cause_id":"ordered","cause_source":"/sagaway/participants/order","fault":{"reason":"FORBIDDEN_ORDER","message":"payment.pay published com.example.payment.made.v1 at com.example.order.created.v1, which does not lead to it"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF75549AFE78F482CF0482',5,NULL,'StepIntended',1,1800000293119536,'{"step_id":"order.accept","run":1,"input":{"json":"{\"told\":\"com.example.payment.made.v1\"}"}}');
INSERT INTO "events" VALUES(X'01A31860C8FF75549AFE78F482CF0482',6,NULL,'SagaStuck',1,1800000293119536,'{"failure":{"reason":"FORBIDDEN_ORDER","message":"payment.pay published com.example.payment.made.v1 at com.example.order.created.v1, which does not lead to it"},"step_id":"payment.pay","phase":"EXECUTE"}');
INSERT INTO "events" VALUES(X'01A31860C8FF75549AFE78F482CF0482',7,X'3100224C00123457120F4D6E910ACB24','SagaAbandoned',1,1800000293119536,'{"by":{"reason":"mended","claimed_actor":"ann","principal":"ops-team"},"standing":["stock.reserve"]}');
INSERT INTO "events" VALUES(X'01A31860C8FF7EB5A16363698B529B4A',1,X'F55B7BEAFD809A9A9E925B79A6342FA0','SagaStarted',3,1800000293119536,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086693119536}');
INSERT INTO "events" VALUES(X'01A31860C8FF7EB5A16363698B529B4A',2,NULL,'StepIntended',1,1800000293119536,'{"step_id":"a","run":1,"input":null}');
INSERT INTO "events" VALUES(X'01A31860C8FF781F96645FA9E8A8529F',1,X'44066542EC38008D331DFD3B27241631','SagaStarted',3,1800000293119536,'{"definition_name":"abc","definition_version":1,"definition_hash":"c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454","input":{"json":"{}"},"timeout_time":1800086693119536}');
CREATE TABLE installation (
	id TEXT NOT NULL, 
	token_key_id TEXT NOT NULL, 
	create_time INTEGER NOT NULL, 
	CONSTRAINT installation_pk PRIMARY KEY (id), 
	CONSTRAINT installation_token_key FOREIGN KEY(token_key_id) REFERENCES token_keys (key_id)
)
 STRICT

;
INSERT INTO "installation" VALUES('dc873e6a0df44a74a0ea038b8cc241b8','d38f2ff9',1800000000000000);
CREATE TABLE parked (
	uid BLOB NOT NULL, 
	participant TEXT NOT NULL, 
	namespace TEXT NOT NULL, 
	definition_name TEXT NOT NULL, 
	park_time INTEGER NOT NULL, 
	CONSTRAINT parked_pk PRIMARY KEY (uid, participant), 
	CONSTRAINT parked_saga FOREIGN KEY(uid) REFERENCES sagas (uid)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "parked" VALUES(X'01A31860C8FF79E082AB6185968734F2','q','default','elsewhere',1800000293119536);
INSERT INTO "parked" VALUES(X'01A31860C8FF7B5DB45F1B3CB1095A28','q','default','elsewhere',1800000293119536);
INSERT INTO "parked" VALUES(X'01A31860C8FF7EC9B38A72C61BB68E54','q','default','elsewhere',1800000293119536);
CREATE TABLE participants (
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	address TEXT NOT NULL, 
	max_concurrent_calls INTEGER NOT NULL, 
	description TEXT NOT NULL, 
	create_time INTEGER NOT NULL, 
	update_time INTEGER NOT NULL, 
	limits TEXT DEFAULT '{}' NOT NULL, 
	CONSTRAINT participants_pk PRIMARY KEY (namespace, name)
)
 STRICT

;
INSERT INTO "participants" VALUES('default','p','127.0.0.1:1',1000,'{"actions": [{"name": "act", "compensatable": true, "effect_free": false}, {"name": "look", "compensatable": false, "effect_free": true}, {"name": "mail", "compensatable": false, "effect_free": false}], "deduplication_retention": 34560000000000, "stable_replies": true}',1,1,'{}');
INSERT INTO "participants" VALUES('default','q','127.0.0.1:1',1000,'{"actions": [{"name": "act", "compensatable": true, "effect_free": false}, {"name": "look", "compensatable": false, "effect_free": true}, {"name": "mail", "compensatable": false, "effect_free": false}], "deduplication_retention": 34560000000000, "stable_replies": true}',1,1,'{}');
INSERT INTO "participants" VALUES('default','forgetful','127.0.0.1:1',1000,'{"actions": [{"name": "act", "compensatable": true, "effect_free": false}, {"name": "look", "compensatable": false, "effect_free": true}, {"name": "mail", "compensatable": false, "effect_free": false}], "deduplication_retention": 34560000000000, "stable_replies": false}',1,1,'{}');
CREATE TABLE pauses (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	pause_time INTEGER NOT NULL, 
	pause_reason TEXT NOT NULL, 
	pause_actor TEXT NOT NULL, 
	pause_principal TEXT NOT NULL, 
	resume_time INTEGER, 
	resume_reason TEXT, 
	resume_actor TEXT, 
	resume_principal TEXT, 
	PRIMARY KEY (id)
)
 STRICT

;
CREATE TABLE purged (
	namespace TEXT NOT NULL, 
	saga_id TEXT NOT NULL, 
	fingerprint BLOB NOT NULL, 
	state TEXT NOT NULL, 
	end_time INTEGER NOT NULL, 
	purge_time INTEGER NOT NULL, 
	CONSTRAINT purged_pk PRIMARY KEY (namespace, saga_id)
)
 STRICT

;
CREATE TABLE replicas (
	epoch INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	start_time INTEGER NOT NULL, 
	lease_expire_time INTEGER, 
	end_time INTEGER
)
 STRICT

;
INSERT INTO "replicas" VALUES(3,1800000060291761,NULL,1800000293119536);
INSERT INTO "replicas" VALUES(4,1800000293119536,NULL,NULL);
CREATE TABLE saga_labels (
	namespace TEXT NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	start_time INTEGER NOT NULL, 
	uid BLOB NOT NULL, 
	CONSTRAINT saga_labels_pk PRIMARY KEY (namespace, name, value, start_time, uid), 
	CONSTRAINT saga_labels_saga FOREIGN KEY(uid) REFERENCES sagas (uid)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "saga_labels" VALUES('default','sagaway.restarted-from','completed',1800000272619531,X'01A3186078EB7EC19FDD25E96777406B');
INSERT INTO "saga_labels" VALUES('default','shop','north',1800000000000000,X'01A3185C500073868D613E30D8F16ADF');
CREATE TABLE sagas (
	uid BLOB NOT NULL, 
	namespace TEXT NOT NULL, 
	saga_id TEXT NOT NULL, 
	sequence INTEGER NOT NULL, 
	append_id BLOB NOT NULL, 
	state TEXT NOT NULL, 
	cause TEXT, 
	mode TEXT NOT NULL, 
	definition_name TEXT NOT NULL, 
	definition_version INTEGER NOT NULL, 
	definition_hash TEXT NOT NULL, 
	fingerprint BLOB NOT NULL, 
	labels TEXT NOT NULL, 
	start_time INTEGER NOT NULL, 
	timeout_time INTEGER NOT NULL, 
	end_time INTEGER, 
	wake_time INTEGER, 
	owner_epoch INTEGER, 
	claim INTEGER NOT NULL, 
	step_count INTEGER NOT NULL, 
	completed_steps INTEGER NOT NULL, 
	compensated_steps INTEGER NOT NULL, 
	paused INTEGER NOT NULL, 
	quarantine_reason TEXT NOT NULL, 
	quarantine_time INTEGER, 
	CONSTRAINT sagas_pk PRIMARY KEY (uid), 
	CONSTRAINT sagas_key UNIQUE (namespace, saga_id)
)
 STRICT

;
INSERT INTO "sagas" VALUES(X'01A3185C500073868D613E30D8F16ADF','default','completed-in-parallel',10,X'1F8F2B1A39F3C3E693114351DCBED407','COMPLETED',NULL,'orchestration','diamond',1,'42b0b5421710644539bb607acd97781f1cf639e46d299f75f4c16b97c98605d2',X'F84C3D0F6EB9B19AFCE92BCAAE2DF3D05628792B7A36054EF9131F2F1E824AC2','{"shop":"north"}',1800000000000000,1800086400000000,1800000000000000,NULL,NULL,1,4,4,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C50007198B06C144A025B413F','default','completed-without-its-output',4,X'87376F07BCB81287FDC8C0388FE881C3','COMPLETED',NULL,'orchestration','mute',1,'099f0c5ee322c53f1bd3fc73dee336d59fdf042d5c7301ca424efc5915189aec',X'F035B345895AE1C69FB97317D88F709A440B430F7F8E1A640F453FFCC711B236','{}',1800000000000001,1800086400000001,1800000000000001,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C50007B1A987FD2803BAB6C39','default','completed-after-an-outage',10,X'1631D67FDF64A0D8A5B4DFF0C5475A81','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000000000002,1800086400000002,1800000001665336,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C56817E65BE2434E37AF027BC','default','completed-after-repeated-failures',11,X'298A868322F9045811E7D4F31834F3D8','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000001665337,1800086401665337,1800000002935533,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C5B777C49A8C24D4244EF7FEB','default','completed-behind-another-delivery',13,X'40AA0FC184226EC16A81FC47031DE33F','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000002935534,1800086402935534,1800000005254405,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C64867A50982C18C92F429CE5','default','compensated-after-a-refusal',13,X'E8555405951CB239F5C49204CD75B665','COMPENSATED','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000005254406,1800086405254406,1800000005254406,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C64867461B21754EF2904ACEC','default','compensated-after-a-permanent-code',11,X'3F434E363D0323E0030A250C945A6F4E','COMPENSATED','FAILED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000005254407,1800086405254407,1800000005254407,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C64867C41B07534FEEACC110E','default','compensated-after-all-attempts',13,X'509622DF86C0FE66B55051E681AA0648','COMPENSATED','ATTEMPTS_EXHAUSTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000005254408,1800086405254408,1800000007047597,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C6B877CAF8FA6CF3E53E6D093','default','compensated-as-a-step-is-blocked',9,X'2A0B19EA5785E4E1390873D6F673E6AF','COMPENSATED','FAILED','orchestration','unresolved',1,'1ca717dc89f3875fc8cc4e19926aae40b335402061cd6bc47616b073ac51c4d9',X'E6514D9DB74A34C8C889E4CA1766E331D894E7A0C1DBE97929436C4AB145C32C','{}',1800000007047598,1800086407047598,1800000007047598,NULL,NULL,1,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C6B8770B8BC11654988534206','default','compensated-after-a-forgotten-refusal',12,X'8F35BDDD6B78C1FDEFFFC1C91A50B725','COMPENSATED','REJECTED','orchestration','forgetful',1,'3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e',X'48C150FCF64F4B5DBC4F1522804950B285CBF1EE9A152A355381F54F17AED0CF','{}',1800000007047599,1800086407047599,1800000007647807,NULL,NULL,1,2,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C6DDF782A96605D959D7CD4F6','default','compensated-with-patience',16,X'453B26351FC3ECA686324251FF8C240A','COMPENSATED','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000007647808,1800086407647808,1800000009254355,NULL,NULL,1,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C742679FA8BA927C3ECF45CCB','default','stuck-in-compensation',13,X'E066F663EAF872F7656A894E9566820A','STUCK','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000009254356,1800086409254356,NULL,NULL,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C764274BC9439C746D8DDD2EF','default','stuck-as-a-row-is-missing',13,X'115B1AC7D60984CB7CF0FD538E48BD13','STUCK','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000009794228,1800086409794228,NULL,NULL,NULL,1,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C7642764986B5A1C62DF810B9','default','stuck-past-the-pivot',8,X'79E0E950F3022FD228CB30E7D0809F9F','STUCK',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000009794229,1800086409794229,NULL,NULL,NULL,1,3,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C76427F05B1878D5FD739543B','default','stuck-at-the-pivot',8,X'3D485C7CB6A23F068C7106CB1E047DA5','STUCK',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000009794230,1800086409794230,NULL,NULL,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C783371138FF44F6504D75988','default','compensated-as-its-time-was-up',12,X'0266947AA5C9DFF43CAB9D393D157DB6','COMPENSATED','TIMED_OUT','orchestration','quick',1,'1dd59dc527af777a068861788d540e06389353e9c6efcf15e44365430c545d0c',X'3235993920E0C3AD52ECA83814E8B9A24BC9CDAE0CD4BD9D143D0B4879EA3B99','{}',1800000010291746,1800000020291746,1800000020291746,NULL,NULL,2,2,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185C9F437AEEBA6CAC4AE82D2FEF','default','compensated-as-nobody-reported',13,X'D7433086A04D31FB5F9224179F66D5CE','COMPENSATED','TIMED_OUT','orchestration','impatient',1,'9edcd0b4257574464086d79caf903635f38e2ef83febd55e00f789fc3ebd9a13',X'31C9A9642D28A89EFE37705B7081B56DC1D34C97D9A46136F86243A77E162DF1','{}',1800000020291747,1800086420291747,1800000060291747,NULL,NULL,5,2,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3B83756EA9B161F4BCA5F87B','default','compensated-by-a-cancel',12,X'A81AC6996BCCB788DA5F81681DA0C7E8','COMPENSATED','CANCELLED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000060291748,1800086460291748,1800000060291749,NULL,NULL,2,3,0,2,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3B837FE4A0FC47FA3F8B1BAA','default','cancelled-too-late-at-the-pivot',9,X'DD0A4772CAEB84CAEE4B7ADC21FD03CF','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000060291750,1800086460291750,1800000060291751,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3B837B82BDA5AD525B616E42','default','cancelled-at-a-pivot-that-was-refused',10,X'445818801A97AC5F947D949270DD33CE','COMPENSATED','REJECTED','orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000060291752,1800086460291752,1800000060291753,NULL,NULL,1,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3B8377448234472F5B58796A','default','reported-completed',8,X'A606E4610CB63334D93F908EAEFEFD00','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000060291754,1800086460291754,1800000060291755,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3B837D12A1B4A960B8E7DF9B','default','reported-failed-and-its-compensation-too',14,X'5B2E14A64E81774A976732A1C0985105','STUCK','FAILED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000060291756,1800086460291756,NULL,NULL,NULL,4,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185D3B83723CA7F52FA9A117511F','default','went-on-after-a-kill',8,X'F807E24E58C367402E281F9BDDF85336','COMPLETED',NULL,'orchestration','forgetful',1,'3777d3a775f4ca16a5ec3f5c5ccabbabcc11e3f400b365ed2938efa9c901af0e',X'48C150FCF64F4B5DBC4F1522804950B285CBF1EE9A152A355381F54F17AED0CF','{}',1800000060291760,1800086460291760,1800000180291760,NULL,NULL,3,2,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F10437E40BFED9235288BC781','default','mended-by-hand',18,X'293A64A99D8402E2FF7B66741AC752E6','COMPENSATED','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000180291761,1800086580291761,1800000182755291,NULL,NULL,3,3,0,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F19E379D391551E8259CC60B1','default','resolved-at-the-pivot',17,X'69D52808B1358A0E276CC35C4647375C','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000182755292,1800086582755292,1800000184757881,NULL,NULL,3,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F21B5745E9D7F427515392480','default','paused-and-resumed',10,X'A50A39495CA4535657711F7D6838E307','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000184757882,1800086584757882,1800000184757884,NULL,NULL,2,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F21B57BB7BD6D25009AEB7FA0','default','abandoned',9,X'B7D1D58E740581F5D25AFC23B8E7A9AB','ABANDONED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000184757885,1800086584757885,1800000185546250,NULL,NULL,2,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F24CA7942A1B7379F0897246A','default','parked-and-unparked-first',13,X'15FFB796140C129D4CDBE31237315D01','COMPLETED',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000185546251,1800086585546251,1800000212619526,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F72EA7EB4BBC80976B0BDB4FE','default','parked-and-unparked-next',6,X'95DF9576001BC123F4A6EAC0A9ED4D58','COMPLETED',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000205546251,1800086605546251,1800000212619526,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F72EA7E509AE25CC819E5BEA1','default','parked-and-unparked-third',6,X'49532C1FFC357A1FAF599C1443A9D59D','COMPLETED',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000205546251,1800086605546251,1800000212619526,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3185F72EA7F5BB3907CFCCFE330CD','default','parked-and-unparked',6,X'03B0BEA848766A78815CF7C6D1DF0D0B','COMPLETED',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000205546251,1800086605546251,1800000212619526,NULL,NULL,1,1,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186078EB7500B5A8513F5B8AAA46','default','a-refused-step-left-out',11,X'1D6695158C94FD959F2851BAA4D45ED1','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000272619527,1800086672619527,1800000272619528,NULL,NULL,2,3,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186078EB7D179B26910612378865','default','a-step-compensated-and-run-anew',13,X'51D3DB41EFAB682B71F217E5FBA65228','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000272619529,1800086672619529,1800000272619530,NULL,NULL,2,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186078EB7EC19FDD25E96777406B','default','started-again',8,X'9EE4F34020B6E0B5F30833BB8B99C9EF','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'3CED740E7ED67C11199FD6177457F6A6B5307EDFBC197973ECEE15EB8919B14C','{"sagaway.restarted-from":"completed"}',1800000272619531,1800086672619531,1800000272619531,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186078EB7C2EB64426D65C2FF4ED','default','a-sealed-step-run-anew',13,X'347E77F19A536E37F320BEBA0C84BB91','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000272619532,1800086672619532,1800000272619533,NULL,NULL,2,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186078EB79B7B8FB9528E27A5ED8','default','open-executing',9,X'E31D2256AF23AAF0131A6F5F6DA5E1A5','COMPLETED',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000272619534,1800086672619534,1800000282714579,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186078EB722CA34BA7499CA72C90','default','open-before-a-retry',5,X'F8AEA4122A2CA959260DC700D177DAE7','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000272619535,1800086672619535,NULL,1800000872619535,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860794F713290C0FBAAA88D09B0','default','open-pending',5,X'08460D9D668103C175B0FE585194772C','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000272719535,1800086672719535,NULL,1800000332719535,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186079B3715AA78CB80BFF6B2FA5','default','open-at-the-pivot-with-a-cancel',10,X'169B419C8F3917F593C602654C2C4E3A','COMPLETED',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000272819535,1800086672819535,1800000282881223,NULL,NULL,1,3,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A3186079B37DD08077450CF787A919','default','open-past-the-pivot',7,X'4CEE2550310ADE4D78D36D55747574A5','RUNNING',NULL,'orchestration','pivoted',1,'3396c189d21da3e539da49474c619c2a53eccccb921d3b0621c759d8cd8fbe87',X'FD5566B66EF2CDD55C2007D5C6639C8359ED39E70EEAE5BCF1A021286336F9DA','{}',1800000272819536,1800086672819536,NULL,1800000872819536,NULL,1,3,2,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318607A1774A1A49974F0A48C9985','default','open-compensating',10,X'B3D790D1A64B92C9C42C146162F349DB','COMPENSATING','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000272919536,1800086672919536,NULL,1800000872919536,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318607A7B751695AFC8DA13CF8A54','default','open-with-a-pending-compensation',10,X'F710E723C3848BCB9654A8226B2AB13B','COMPENSATING','REJECTED','orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000273019536,1800086673019536,NULL,1800000333019536,NULL,1,3,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A318607ADF7EF9A677726E60C50661','default','open-parked-first',11,X'D3854A79FB39667D7A9D969ED82B12DF','RUNNING',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000273119536,1800086673119536,NULL,NULL,4,2,1,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C8FF79E082AB6185968734F2','default','open-parked-next',3,X'7D4F28AAD89B24FC3EDBE67EFE852AFD','RUNNING',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000293119536,1800086693119536,NULL,1800086693119536,NULL,0,1,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C8FF7B5DB45F1B3CB1095A28','default','open-parked-third',3,X'160E6B69CEA2D062DB1D5786789DE073','RUNNING',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000293119536,1800086693119536,NULL,1800086693119536,NULL,0,1,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C8FF7EC9B38A72C61BB68E54','default','open-parked',3,X'970362979367D220EDE8521EEA6CF8EF','RUNNING',NULL,'orchestration','elsewhere',1,'852716a531e6ba8b609235e0c4e3914d0712c7ddaee5776a1e8ec3a878e0e178',X'C36F85136C4A2134F4031D9EE3267D775CA8D53809A0338C4D8C9628B8801AEA','{}',1800000293119536,1800086693119536,NULL,1800086693119536,NULL,0,1,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C8FF7000AE02BABBEBDACE28','default','choreographed-and-undone',16,X'9DA1982549DA636D49AD75AB4472BCFB','COMPENSATED','REJECTED','choreography','shop',1,'eae1f4871032af0935c8f5b3a418452574fcf5e5510c709af533c70caada4be4',X'604CEE807F644AF47487BF2BBAB442B94212AC5119F36F995F78E9E4694DAE8C','{}',1800000293119536,0,1800000293119536,NULL,NULL,0,5,1,1,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C8FF78B49604D4CE178842C7','default','choreographed-and-sold-out-in-another-order',11,X'EEFF8A10D939417B661CB623A2530B8F','COMPENSATED','REJECTED','choreography','shop',1,'eae1f4871032af0935c8f5b3a418452574fcf5e5510c709af533c70caada4be4',X'604CEE807F644AF47487BF2BBAB442B94212AC5119F36F995F78E9E4694DAE8C','{}',1800000293119536,0,1800000293119536,NULL,NULL,0,5,1,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C8FF721CA37D7CF207C68737','default','choreographed-and-delivered-once-more',16,X'8251B51BF2FF6377789937362C0C46CC','COMPLETED',NULL,'choreography','shop',1,'eae1f4871032af0935c8f5b3a418452574fcf5e5510c709af533c70caada4be4',X'604CEE807F644AF47487BF2BBAB442B94212AC5119F36F995F78E9E4694DAE8C','{}',1800000293119536,0,1800000293119536,NULL,NULL,0,5,3,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C8FF77189DB48E040D9BAB45','default','choreographed-and-its-undoing-given-up',12,X'F030ECC70BAFBFEA9C81E8ACA827BA29','STUCK','REJECTED','choreography','shop',1,'eae1f4871032af0935c8f5b3a418452574fcf5e5510c709af533c70caada4be4',X'604CEE807F644AF47487BF2BBAB442B94212AC5119F36F995F78E9E4694DAE8C','{}',1800000293119536,0,NULL,NULL,NULL,0,5,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C8FF75549AFE78F482CF0482','default','choreographed-in-a-forbidden-order-and-abandoned',7,X'3100224C00123457120F4D6E910ACB24','ABANDONED',NULL,'choreography','shop',1,'eae1f4871032af0935c8f5b3a418452574fcf5e5510c709af533c70caada4be4',X'604CEE807F644AF47487BF2BBAB442B94212AC5119F36F995F78E9E4694DAE8C','{}',1800000293119536,0,1800000293119536,NULL,NULL,0,5,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C8FF7EB5A16363698B529B4A','default','open-with-the-last-room',2,X'F55B7BEAFD809A9A9E925B79A6342FA0','RUNNING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000293119536,1800086693119536,NULL,NULL,4,1,3,0,0,0,'',NULL);
INSERT INTO "sagas" VALUES(X'01A31860C8FF781F96645FA9E8A8529F','default','open-waiting-for-room',1,X'44066542EC38008D331DFD3B27241631','PENDING',NULL,'orchestration','abc',1,'c1e96b448e8016cc46e89171f8c7af83218c3db640e2602c94a00ecd5bc26454',X'CC9D402A820A9F3D976025CB4081679CB07BF5BC72C6A3654B966A7734927238','{}',1800000293119536,1800086693119536,NULL,1800000293119536,NULL,0,3,0,0,0,'',NULL);
CREATE TABLE token_keys (
	key_id TEXT NOT NULL, 
	"key" BLOB NOT NULL, 
	create_time INTEGER NOT NULL, 
	CONSTRAINT token_keys_pk PRIMARY KEY (key_id)
)
 STRICT

;
INSERT INTO "token_keys" VALUES('d38f2ff9',X'A8ACC5A9B9B6A2ADF3F82F255BF2974FA5522D136BAD1F224DE76FBCE771304C',1800000000000000);
CREATE INDEX sagas_open ON sagas (namespace, definition_name, definition_version) WHERE end_time IS NULL;
CREATE INDEX sagas_due ON sagas (mode, wake_time, uid) WHERE owner_epoch IS NULL AND wake_time IS NOT NULL;
CREATE INDEX sagas_by_start ON sagas (namespace, start_time, uid);
CREATE INDEX sagas_quarantined ON sagas (namespace, quarantine_time, uid) WHERE quarantine_time IS NOT NULL;
CREATE INDEX sagas_by_definition ON sagas (namespace, definition_name, start_time, uid);
CREATE INDEX sagas_by_state ON sagas (namespace, state, start_time, uid) WHERE state <> 'COMPLETED';
CREATE INDEX sagas_owned ON sagas (owner_epoch, uid) WHERE owner_epoch IS NOT NULL;
CREATE UNIQUE INDEX pauses_standing ON pauses (kind, namespace, name, version) WHERE resume_time IS NULL;
CREATE INDEX parked_turns ON parked (namespace, participant, definition_name, park_time, uid);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('replicas',4);
COMMIT;
